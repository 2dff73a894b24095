internal import ArgumentParser
internal import KeepsakeModel

/// A first argument that names no subcommand.
struct UnknownCommand {
  let name: String

  /// `nil` where the arguments start with a subcommand or an option.
  init?(_ arguments: [String]) {
    guard let first = arguments.first, !first.hasPrefix("-"), !Self.known.contains(first) else {
      return nil
    }
    name = first
  }

  /// Says what could have been meant, as 0.4.2 does.
  var error: CommandError {
    var fix = "Run `keepsake --help` to see all commands."
    if !suggestions.isEmpty {
      fix = "Did you mean this?\n" + suggestions.map { "\t\($0)" }.joined(separator: "\n")
    }
    return CommandError(
      what: "unknown command \"\(name)\" for \"keepsake\"", fix: fix, exitCode: ExitStatus.usage)
  }

  private static let synonyms = ["remove": "rm", "del": "rm", "log": "ls", "export": "ls"]

  private static let known: Set<String> = Set(
    KeepsakeCommand.configuration.subcommands.flatMap {
      [$0._commandName] + $0.configuration.aliases
    } + ["help"])

  private var suggestions: [String] {
    if let synonym = Self.synonyms[name] { return [synonym] }
    return KeepsakeCommand.configuration.subcommands.filter { $0.configuration.shouldDisplay }
      .map { $0._commandName }
      .filter { $0.hasPrefix(name) || NearbyNames.distance($0, name) <= 2 && name.count > 1 }
      .sorted()
  }
}
