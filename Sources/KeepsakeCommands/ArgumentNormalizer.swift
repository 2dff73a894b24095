/// Turns arguments that 0.4.2 takes into those that the argument parser takes.
enum ArgumentNormalizer {
  private static let flags: Set<String> = [
    "--color", "--verbose", "--quiet", "--json", "--all", "--force", "-q", "-v", "-f",
  ]

  /// Options that may stand before the subcommand, and take a value.
  private static let valueOptions: Set<String> = [
    "-D", "--project-directory", "-R", "--repository",
  ]

  private static let ownOptions: Set<String> = ["--version", "--generate-completion-script"]

  /// Spells out `--flag=true` and `--flag=false`, and moves options from before the subcommand
  /// behind it.
  static func normalized(_ arguments: [String]) -> [String] {
    var rest = arguments.flatMap { spelledOut($0, among: arguments) }[...]
    var leading: [String] = []
    while let option = rest.first, option.hasPrefix("-"), option != "--" {
      rest.removeFirst()
      leading.append(option)
      if valueOptions.contains(option), let value = rest.popFirst() { leading.append(value) }
    }
    // The argument parser's own options, which stand alone: --version, --generate-completion-script.
    if let own = leading.first(where: { ownOptions.contains($0) }) { return [own] + rest }
    guard let subcommand = rest.popFirst() else { return leading }
    return [subcommand] + leading + rest
  }

  /// What the arguments say about colours: the last one counts.
  static func colorChoice(_ arguments: [String]) -> Bool? {
    let words = arguments.prefix { $0 != "--" }
    guard let last = words.last(where: { $0 == "--color" || $0 == "--no-color" }) else {
      return nil
    }
    return last == "--color"
  }

  /// Whether the arguments ask for more words.
  static func isVerbose(_ arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains { $0 == "-v" || $0 == "--verbose" }
  }

  private static func spelledOut(_ argument: String, among arguments: [String]) -> [String] {
    guard argument.hasPrefix("-"), let equals = argument.firstIndex(of: "=") else {
      return [argument]
    }
    let name = String(argument[..<equals])
    guard flags.contains(name) else { return [argument] }
    switch argument[argument.index(after: equals)...].lowercased() {
    case "true", "t", "1": return [name]
    case "false", "f", "0": return name == "--color" ? ["--no-color"] : []
    default: return [argument]
    }
  }
}
