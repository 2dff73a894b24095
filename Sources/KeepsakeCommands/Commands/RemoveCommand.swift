internal import ArgumentParser
internal import KeepsakeModel
internal import KeepsakeRepository

/// `keepsake rm`
struct RemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove experiments or checkpoints",
    discussion: """
      Remove an experiment, its checkpoints and its note (a1b2c3d4 is an experiment ID):
        keepsake rm a1b2c3d4

      Remove all experiments whose best "val_accuracy" is less than 0.2:
        keepsake rm $(keepsake ls -q --filter "val_accuracy < 0.2")
      """,
    aliases: ["delete"])

  @Argument(
    help: ArgumentHelp("Experiment or checkpoint IDs, or their beginnings", valueName: "id"))
  var ids: [String]

  @Flag(name: .shortAndLong, help: "Force delete without interactive prompt")
  var force = false

  @OptionGroup var project: ProjectOptions

  func run() async throws {
    let session = Session.current
    let opened = try project.open(in: session)
    let experiments = try await opened.listing().experiments
    var matches: [IdentifierMatch] = []
    for id in ids {
      let match = try experiments.match(id)
      if !matches.contains(match) { matches.append(match) }
    }
    if !force {
      session.print("You are about to delete the following:")
      for match in matches { session.print("* \(describe(match, in: experiments))") }
      try session.confirm()
    }
    let now = session.queryContext.now
    for match in matches {
      let experiment = experiments[match.experiment]
      if let row = match.row {
        let checkpoint = experiment.checkpoints.ids[row]
        session.console.info("Removing checkpoint \(checkpoint.short)...")
        try await opened.repository.remove(checkpoint, of: experiment, now: now)
      } else {
        session.console.info("Removing experiment \(experiment.id.short) and its checkpoints...")
        try await opened.repository.remove(experiment)
      }
    }
    // What 0.4.2 left behind of experiments that it removed, but nothing that was just written.
    let hourAgo = Timestamp(nanoseconds: now.nanoseconds - 3_600_000_000_000)
    try await opened.repository.removeOrphans(
      given: opened.repository.listing(), writtenBefore: hourAgo)
  }

  private func describe(_ match: IdentifierMatch, in experiments: [Experiment]) -> String {
    let experiment = experiments[match.experiment]
    guard let row = match.row else {
      let isRunning = experiment.status(at: Session.current.now()).isRunning
      let count = "\(experiment.checkpoints.count) checkpoints\(isRunning ? ", still running" : "")"
      return "Experiment \(experiment.id.short) (\(count))"
    }
    let checkpoints = experiment.checkpoints
    return
      "Checkpoint \(checkpoints.ids[row].short) (step \(checkpoints.steps[row])) of experiment \(experiment.id.short)"
  }
}
