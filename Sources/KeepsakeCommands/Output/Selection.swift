internal import KeepsakeModel

/// An experiment and the checkpoint that an identifier stands for.
struct Selection {
  /// How the checkpoint was chosen.
  enum Choice: String {
    /// The identifier was the checkpoint's own.
    case given
    /// It is the experiment's best.
    case best
    /// It is the experiment's latest: none is best.
    case latest
  }

  let experiment: Experiment

  /// `nil` where the experiment has none.
  let checkpoint: Checkpoint?

  let choice: Choice

  /// An experiment's identifier stands for its best checkpoint, else its latest.
  init(_ id: String, among experiments: [Experiment]) throws(LookupError) {
    let match = try experiments.match(id)
    experiment = experiments[match.experiment]
    if let row = match.row {
      (checkpoint, choice) = (experiment.checkpoints[row], .given)
    } else if let best = experiment.best {
      (checkpoint, choice) = (best, .best)
    } else {
      (checkpoint, choice) = (experiment.latest, .latest)
    }
  }
}
