internal import Keepsake

/// What is left of a run in memory: the moment at which it did best.
package struct Run: Sendable, Equatable {
  let settings: Hyperparameters

  /// The recorded experiment's identifier.
  package let id: String

  /// The epoch with the smallest validation loss, and what was measured then.
  package fileprivate(set) var bestEpoch = 0
  package fileprivate(set) var loss = Double.infinity
  package fileprivate(set) var accuracy = 0.0

  /// The first epoch whose loss was not a number; the run ended there.
  package fileprivate(set) var divergedAt: Int?

  /// What the recorder could not save, a sentence each.
  package fileprivate(set) var losses: [String] = []

  init(_ settings: Hyperparameters, id: String) {
    self.settings = settings
    self.id = id
  }

  /// The settings in words.
  package var name: String { "\(settings.configuration), seed \(settings.seed)" }

  /// Enough of the identifier to tell it from others.
  package var shortID: String { String(id.prefix(7)) }
}

/// How many epochs lie between two looks at the held-out flowers, which also save the weights.
let validationInterval = 5

/// Trains one model in `project` and records it.
func train(_ settings: Hyperparameters, on data: Split, in project: Project) throws -> Run {
  try project.prepare(for: settings)
  let recorder = try Recorder(
    path: ".", params: settings.params, projectDirectory: project.directory)

  var run = Run(settings, id: recorder.experimentID.description)
  var trainer = Trainer(settings, on: data)
  for epoch in 1...settings.epochs {
    let trainingLoss = trainer.runEpoch()
    guard epoch.isMultiple(of: validationInterval) || trainingLoss.isNaN else {
      recorder.checkpoint(metrics: ["train/loss": trainingLoss], step: epoch)
      continue
    }

    let (loss, accuracy) = trainer.validate()
    try project.save(trainer.model)
    recorder.checkpoint(
      path: "weights",
      metrics: ["train/loss": trainingLoss, "val/loss": loss, "val/accuracy": accuracy],
      step: epoch, primaryMetric: .minimize("val/loss"))

    if loss < run.loss { (run.bestEpoch, run.loss, run.accuracy) = (epoch, loss, accuracy) }
    if trainingLoss.isNaN {
      run.divergedAt = epoch
      break
    }
  }
  let outcome = recorder.finish(run.divergedAt == nil ? .finished : .failed)
  run.losses = outcome.losses.map(\.description)
  return run
}

extension Hyperparameters {
  /// The params under which a run is recorded.
  var params: NamedValues {
    [
      "model": hidden == 0 ? "softmax" : "perceptron", "hidden": hidden,
      "optimizer": optimizer.rawValue, "learning_rate": learningRate,
      "batch_size": batchSize, "epochs": epochs, "seed": seed,
    ]
  }
}
