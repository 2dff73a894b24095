/// One line of a gitignore file.
///
/// Works on bytes: a file name need not be UTF-8, and two names that differ only in Unicode
/// normalisation are two files. Time is at most quadratic in the path's length.
struct IgnorePattern: Sendable {
  /// Whether the line starts with `!`.
  private(set) var isNegated = false

  /// Whether the line ends with `/`.
  private(set) var matchesOnlyFolders = false

  /// Whether the pattern has no `/` and is compared with the last component alone.
  private(set) var matchesNameOnly = false

  /// What comes before the first special character.
  private var literal: [UInt8] = []

  private var tokens: [Token] = []

  private enum Token {
    case byte(UInt8)
    /// `?`: one byte, not `/`.
    case any
    /// `[…]`.
    case set(ByteSet)
    /// `*`: any bytes without `/`.
    case star
    /// `**` at the end of a component.
    case deepStar
    /// `**/`: any number of whole components.
    case components
    /// What git calls malformed: a bracket without its end, a backslash at the end.
    case never
  }

  /// Parses a line, without its end; `nil` for a blank line or a comment.
  init?(line: ArraySlice<UInt8>) {
    var line = Self.trimmed(line)
    guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
    if first == UInt8(ascii: "!") {
      isNegated = true
      line = line.dropFirst()
    }
    if line.last == UInt8(ascii: "/") {
      matchesOnlyFolders = true
      line = line.dropLast()
    }
    guard !line.isEmpty else { return nil }
    matchesNameOnly = !line.contains(UInt8(ascii: "/"))
    if line.first == UInt8(ascii: "/") { line = line.dropFirst() }
    // As git, compare up to the first special character literally; `**` right after it then counts
    // as standing at the start.
    let special = line.firstIndex { #"*?[\"#.utf8.contains($0) } ?? line.endIndex
    literal = Array(line[..<special])
    tokens = Self.compile(Array(line[special...]))
  }

  /// Whether the pattern, leaving negation aside, matches the path of a file or folder.
  func matches(_ path: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
    if matchesOnlyFolders && !isFolder { return false }
    var text = path
    if matchesNameOnly, let slash = path.lastIndex(of: UInt8(ascii: "/")) {
      text = path[(slash + 1)...]
    }
    guard text.starts(with: literal) else { return false }
    return matches(text.dropFirst(literal.count))
  }

  /// Every star is tried at its earliest end first. What a later star can swallow, a later end of
  /// an earlier one could not reach better, so only the last star of each kind is ever taken back.
  private func matches(_ text: ArraySlice<UInt8>) -> Bool {
    let slash = UInt8(ascii: "/")
    var position = text.startIndex
    var index = 0
    var star: (index: Int, position: Int)?
    var deep: (index: Int, position: Int)?
    while true {
      if index == tokens.count {
        if position == text.endIndex { return true }
      } else {
        var isMatch = false
        switch tokens[index] {
        case .star:
          star = (index, position)
          index += 1
          continue
        case .deepStar, .components:
          deep = (index, position)
          star = nil
          index += 1
          continue
        case .byte(let byte): isMatch = position < text.endIndex && text[position] == byte
        case .any: isMatch = position < text.endIndex && text[position] != slash
        case .set(let set):
          isMatch =
            position < text.endIndex && text[position] != slash && set.contains(text[position])
        case .never: return false
        }
        if isMatch {
          position += 1
          index += 1
          continue
        }
      }
      if let last = star, last.position < text.endIndex, text[last.position] != slash {
        star = (last.index, last.position + 1)
        (index, position) = (last.index + 1, last.position + 1)
      } else if let last = deep,
        let next = Self.advance(last.position, past: tokens[last.index], text)
      {
        star = nil
        deep = (last.index, next)
        (index, position) = (last.index + 1, next)
      } else {
        return false
      }
    }
  }

  /// Where `token` can end after `position`.
  private static func advance(
    _ position: Int, past token: Token, _ text: ArraySlice<UInt8>
  ) -> Int? {
    guard position < text.endIndex else { return nil }
    guard case .components = token else { return position + 1 }
    return text[position...].firstIndex(of: UInt8(ascii: "/")).map { $0 + 1 }
  }

  /// `line` without the spaces at its end that no backslash protects, and without what follows a
  /// zero byte.
  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let line = line.prefix { $0 != 0 }
    var end = line.startIndex
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == UInt8(ascii: "\\") {
        index = min(index + 2, line.endIndex)
        end = index
      } else {
        index += 1
        if line[index - 1] != UInt8(ascii: " ") { end = index }
      }
    }
    return line[..<end]
  }

  private static func compile(_ pattern: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    while index < pattern.count {
      let byte = pattern[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\\"):
        guard index < pattern.count else { return tokens + [.never] }
        tokens.append(.byte(pattern[index]))
        index += 1
      case UInt8(ascii: "?"): tokens.append(.any)
      case UInt8(ascii: "["):
        guard let (set, end) = ByteSet.parse(pattern, from: index) else { return tokens + [.never] }
        tokens.append(.set(set))
        index = end
      case UInt8(ascii: "*"):
        let start = index - 1
        while index < pattern.count, pattern[index] == UInt8(ascii: "*") { index += 1 }
        tokens.append(star(pattern, start..<index))
        if case .components? = tokens.last { index += 1 }
      default: tokens.append(.byte(byte))
      }
    }
    return tokens
  }

  /// What the run of stars at `range` means: two or more are deep only as a whole component.
  private static func star(_ pattern: [UInt8], _ range: Range<Int>) -> Token {
    let slash = UInt8(ascii: "/")
    guard range.count > 1, range.lowerBound == 0 || pattern[range.lowerBound - 1] == slash else {
      return .star
    }
    let rest = pattern[range.upperBound...]
    if rest.isEmpty || rest.starts(with: [UInt8(ascii: "\\"), slash]) { return .deepStar }
    return rest.first == slash ? .components : .star
  }
}
