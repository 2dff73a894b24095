internal import ArgumentParser

/// `keepsake completions`
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print a script that completes commands in a shell",
    discussion: """
      bash:  keepsake completions bash > ~/.local/share/bash-completion/completions/keepsake
      zsh:   keepsake completions zsh > ~/.zfunc/_keepsake     (a folder in $fpath)
      fish:  keepsake completions fish > ~/.config/fish/completions/keepsake.fish
      """)

  @Argument(help: "bash, zsh or fish")
  var shell: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw CommandError(
        what: "There are no completions for the shell \"\(shell)\".",
        fix: "Choose bash, zsh or fish.", exitCode: ExitStatus.usage)
    }
    Session.current.print(KeepsakeCommand.completionScript(for: shell))
  }
}
