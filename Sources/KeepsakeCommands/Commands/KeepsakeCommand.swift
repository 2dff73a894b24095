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

      Results go to standard output, messages to standard error. The exit status is 0; 1 after an \
      error; 3 where checkout, diff or push could do a part only; 10 where there is no project; \
      64 where the arguments make no sense. ls, ps and report end with 0 where some experiments cannot be \
      read, and name them.
      """,
    version: "keepsake version \(Keepsake.version)",
    subcommands: [
      InitCommand.self, ListCommand.self, RunningCommand.self, ShowCommand.self,
      DiffCommand.self, CheckoutCommand.self, RemoveCommand.self, PushCommand.self,
      NoteCommand.self, ReportCommand.self, DemoCommand.self,
      CompletionsCommand.self, AnalyticsCommand.self, ServeCommand.self,
    ])
}
