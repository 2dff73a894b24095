/// Prints messages to people, beside the results.
///
/// Looks as 0.4.2's: `═══╡ TEXT`, then `   │ TEXT` for further lines.
struct Console {
  private enum Level: String {
    case info = "\u{1B}[2m"
    case warning = "\u{1B}[33m"
    case error = "\u{1B}[31m"
  }

  let session: Session

  /// Says what happens.
  func info(_ text: String) { print(text, .info) }

  /// Says what a person should look at.
  func warning(_ text: String) { print(text, .warning) }

  /// Says why the command ends.
  func error(_ text: String) { print(text, .error) }

  /// An empty line.
  func space() { if session.takeMessage == nil { session.messages.write("\n") } }

  private func print(_ text: String, _ level: Level) {
    if let take = session.takeMessage { return take(text) }
    let isColored = session.usesColor(on: session.messages)
    let reset = "\u{1B}[0m"
    var lines = ControlCharacters.replaced(in: text, keepingNewlines: true)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if session.messages.isTerminal {
      let width = max(20, session.messages.columns - 13)
      lines = lines.flatMap { Self.wrap($0, width: width) }
    }
    var result = ""
    for (index, line) in lines.enumerated() {
      let prefix = index == 0 ? "═══╡ " : "   │ "
      result += isColored ? level.rawValue + prefix + reset : prefix
      result += line + "\n"
    }
    session.messages.write(result)
  }

  /// Breaks a line at spaces; words that are longer than `width` stay whole.
  private static func wrap(_ line: String, width: Int) -> [String] {
    var lines: [String] = []
    var words = line.split(separator: " ", omittingEmptySubsequences: false)[...]
    var current = String(words.popFirst() ?? "")
    for word in words {
      if current.contains(where: { $0 != " " }), current.count + 1 + word.count > width {
        lines.append(current)
        current = String(word)
      } else {
        current += " \(word)"
      }
    }
    lines.append(current)
    return lines
  }
}

extension Session {
  /// The printer of messages.
  var console: Console { Console(session: self) }
}
