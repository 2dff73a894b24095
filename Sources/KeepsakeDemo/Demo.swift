/// A small project on Fisher's iris flowers: trains a sweep, records every run, writes down what
/// was found.
package enum Demo {
  /// Where the findings are, relative to the project's folder.
  package static let notePath = "notes/findings.md"

  /// Makes a project in `directory`, which must be empty or missing, and runs the sweep there.
  ///
  /// - Parameter progress: Is told in a line about each run that has ended.
  package static func run(
    in directory: String, progress: (String) -> Void
  ) throws -> DemoSummary {
    let project = try Project(in: directory)
    let data = try Split(Iris.dataset(), holdingOut: 0.5, seed: 1936)
    var runs: [Run] = []
    for settings in Sweep.runs {
      let run = try train(settings, on: data, in: project)
      runs.append(run)
      progress("\(runs.count)/\(Sweep.runs.count)  \(run.name): \(run.result)")
    }
    let findings = Findings(of: runs, data: data)
    try project.write(findings.markdown, to: notePath)
    return DemoSummary(
      runs: runs, best: findings.bestRun, rival: findings.rival, losses: runs.flatMap(\.losses))
  }
}

/// What the demo did.
package struct DemoSummary: Sendable {
  /// All runs, in the order in which they were made.
  package let runs: [Run]

  /// The run with the smallest validation loss of all.
  package let best: Run

  /// A run that is worth comparing with ``best``: the best one of another kind of model.
  package let rival: Run

  /// What could not be saved, a sentence each; empty when all is well.
  package let losses: [String]
}

extension Run {
  /// How the run went, in a few words.
  var result: String {
    if let divergedAt { return "not a number any more in epoch \(divergedAt)" }
    return "val/loss \(loss.fixed(3)), val/accuracy \(accuracy.fixed(3)) in epoch \(bestEpoch)"
  }
}
