/// A script on one line, without comments and spaces that mean nothing.
///
/// Strings, templates and regular expressions stay as they are. The source keeps to three rules: a
/// comment has a line of its own, a statement ends with a semicolon or a brace, and no string goes over
/// several lines. What is constant there is only a variable here, which is shorter.
struct CompactScript {
  /// The result, in UTF-8.
  private(set) var bytes: [UInt8] = []

  private let source: [UInt8]
  private var position = 0
  private var last = UInt8(ascii: ";")

  init(_ source: String) {
    self.source = Array(source.utf8)
    bytes.reserveCapacity(self.source.count)
    while position < self.source.count { appendLine() }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Appends the line at the position, and moves to the next.
  private mutating func appendLine() {
    skip(while: { $0 == UInt8(ascii: " ") })
    if source[position...].starts(with: "//".utf8) { skip(while: { $0 != UInt8(ascii: "\n") }) }
    if let first = current, isNeeded(between: last, and: first) { bytes.append(UInt8(ascii: " ")) }
    while let byte = current { append(byte) }
    position += 1
  }

  /// The byte at the position; `nil` at the end of a line.
  private var current: UInt8? {
    position < source.count && source[position] != UInt8(ascii: "\n") ? source[position] : nil
  }

  private mutating func skip(while condition: (UInt8) -> Bool) {
    while position < source.count, condition(source[position]) { position += 1 }
  }

  private mutating func append(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): copy(endingWith: byte)
    case UInt8(ascii: "/") where isRegularExpressionAllowed: copy(endingWith: byte)
    case UInt8(ascii: " "):
      skip(while: { $0 == byte })
      if let next = current, isNeeded(between: last, and: next) { bytes.append(byte) }
    case _ where Self.isWord(byte):
      let start = position
      skip(while: Self.isWord)
      let word = source[start..<position]
      bytes += word.elementsEqual("const".utf8) ? Array("let".utf8)[...] : word
      last = source[position - 1]
    default:
      // Neither the last statement of a block nor the last element of a list needs its end.
      if byte == UInt8(ascii: "}"), last == UInt8(ascii: ";") || last == UInt8(ascii: ",") {
        bytes.removeLast()
      }
      bytes.append(byte)
      last = byte
      position += 1
    }
  }

  /// Copies a literal. Templates end at their last backquote on the line's level: those inside
  /// `${…}` are parts of the literal.
  private mutating func copy(endingWith end: UInt8) {
    bytes.append(end)
    position += 1
    var (isEscaped, isInClass, depth) = (false, false, 0)
    while let byte = current {
      position += 1
      bytes.append(byte)
      if isEscaped {
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "[") where end == UInt8(ascii: "/"): isInClass = true
      case UInt8(ascii: "]") where end == UInt8(ascii: "/"): isInClass = false
      case UInt8(ascii: "{") where end == UInt8(ascii: "`") && (depth > 0 || isAfterDollar):
        depth += 1
      case UInt8(ascii: "}") where depth > 0: depth -= 1
      case end where !isInClass && depth == 0:
        last = end
        return
      default: break
      }
    }
  }

  /// Whether the last byte follows a `$`.
  private var isAfterDollar: Bool {
    bytes.count > 1 && bytes[bytes.count - 2] == UInt8(ascii: "$")
  }

  /// Whether a slash begins an expression rather than divides.
  private var isRegularExpressionAllowed: Bool { "(,=:[!&|?{;".utf8.contains(last) }

  /// Whether two characters would mean something else without the space between them.
  private func isNeeded(between a: UInt8, and b: UInt8) -> Bool {
    (Self.isWord(a) && Self.isWord(b))
      || (a == b && (a == UInt8(ascii: "+") || a == UInt8(ascii: "-")))
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }
}
