internal import ArgumentParser
internal import KeepsakeModel

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
    let removal = try await Removal(ids, in: opened.repository)
    let now = session.queryContext.now
    if !force {
      session.print("You are about to delete the following:")
      for description in removal.descriptions(at: now) { session.print("* \(description)") }
      try session.confirm()
    }
    try await removal.perform(at: now) { session.console.info($0) }
  }
}
