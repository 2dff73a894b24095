/// A script on one line, without comments and spaces that mean nothing.
///
/// Strings, templates and regular expressions stay as they are. The source keeps to three rules: a
/// comment has a line of its own, a statement ends with a semicolon or a brace, and no string goes over
/// several lines. What is constant there is only a variable here, which is shorter.
struct CompactScript {
  /// The result.
  private(set) var text = ""

  private var rest: Substring
  private var last: Character = ";"

  init(_ source: String) {
    rest = ""
    for line in source.split(separator: "\n") {
      rest = line.drop { $0 == " " }
      guard let first = rest.first, !rest.hasPrefix("//") else { continue }
      if isNeeded(between: last, and: first) { text.append(" ") }
      while let character = rest.first { append(character) }
    }
    text += "\n"
  }

  private mutating func append(_ character: Character) {
    switch character {
    case "'", "\"", "`": copy(endingWith: character)
    case "/" where isRegularExpressionAllowed: copy(endingWith: "/")
    case " ":
      rest = rest.drop { $0 == " " }
      guard let next = rest.first, isNeeded(between: last, and: next) else { return }
      text.append(" ")
    case _ where Self.isWord(character):
      let word = rest.prefix(while: Self.isWord)
      text += word == "const" ? "let" : word
      last = word.last ?? character
      rest = rest[word.endIndex...]
    default:
      text.append(character)
      last = character
      rest.removeFirst()
    }
  }

  /// Copies a literal. Templates end at their last backquote on the line's level: those inside
  /// `${…}` are parts of the literal.
  private mutating func copy(endingWith end: Character) {
    text.append(end)
    rest.removeFirst()
    var (isEscaped, isInClass, depth) = (false, false, 0)
    while let character = rest.popFirst() {
      text.append(character)
      if isEscaped {
        isEscaped = false
        continue
      }
      switch character {
      case "\\": isEscaped = true
      case "[" where end == "/": isInClass = true
      case "]" where end == "/": isInClass = false
      case "{" where end == "`" && (depth > 0 || text.hasSuffix("${")): depth += 1
      case "}" where depth > 0: depth -= 1
      case end where !isInClass && depth == 0:
        last = end
        return
      default: break
      }
    }
  }

  /// Whether a slash begins an expression rather than divides.
  private var isRegularExpressionAllowed: Bool { "(,=:[!&|?{;".contains(last) }

  /// Whether two characters would mean something else without the space between them.
  private func isNeeded(between a: Character, and b: Character) -> Bool {
    (Self.isWord(a) && Self.isWord(b)) || (a == b && (a == "+" || a == "-"))
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "$"
  }
}
