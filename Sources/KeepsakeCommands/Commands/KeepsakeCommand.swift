internal import ArgumentParser
internal import Keepsake

/// The root of all commands.
struct KeepsakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keepsake",
    abstract: "Version control for machine learning.",
    discussion: """
      Lists, compares and gets back what a training program recorded. \
      `keepsake demo` makes a project to try it with.
      """,
    version: "keepsake version \(Keepsake.version)",
    subcommands: [
      InitCommand.self, ListCommand.self, RunningCommand.self, ShowCommand.self,
      DiffCommand.self, CheckoutCommand.self, RemoveCommand.self, NoteCommand.self,
      CompletionsCommand.self, AnalyticsCommand.self,
    ])
}
