/// A set of bytes: what a bracket expression of a pattern stands for.
struct ByteSet: Sendable, Hashable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static func == (a: Self, b: Self) -> Bool { a.words == b.words }
  func hash(into hasher: inout Hasher) { hasher.combine(words.0 ^ words.1 ^ words.2 ^ words.3) }

  func contains(_ byte: UInt8) -> Bool {
    let bit = UInt64(1) << UInt64(byte & 63)
    return switch byte >> 6 {
    case 0: words.0 & bit != 0
    case 1: words.1 & bit != 0
    case 2: words.2 & bit != 0
    default: words.3 & bit != 0
    }
  }

  mutating func insert(_ byte: UInt8) {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  mutating func invert() { words = (~words.0, ~words.1, ~words.2, ~words.3) }

  /// Reads a bracket expression that starts after its `[` and the index after its `]`; `nil` where
  /// it has no end or names a class that does not exist.
  static func parse(_ pattern: [UInt8], from start: Int) -> (set: ByteSet, end: Int)? {
    var set = ByteSet()
    var index = start
    let isInverted = index < pattern.count && "!^".utf8.contains(pattern[index])
    if isInverted { index += 1 }
    var previous: UInt8?
    var isFirst = true
    while index < pattern.count {
      let byte = pattern[index]
      // A `]` in first place is a member.
      if byte == UInt8(ascii: "]"), !isFirst {
        if isInverted { set.invert() }
        return (set, index + 1)
      }
      isFirst = false
      if byte == UInt8(ascii: "-"), let low = previous, index + 1 < pattern.count,
        pattern[index + 1] != UInt8(ascii: "]")
      {
        index += 1
        if pattern[index] == UInt8(ascii: "\\") { index += 1 }
        guard index < pattern.count else { return nil }
        if low <= pattern[index] { for member in low...pattern[index] { set.insert(member) } }
        previous = nil
      } else if byte == UInt8(ascii: "["), index + 1 < pattern.count,
        pattern[index + 1] == UInt8(ascii: ":")
      {
        guard let end = pattern[(index + 2)...].firstIndex(of: UInt8(ascii: "]")) else {
          return nil
        }
        if end > index + 2, pattern[end - 1] == UInt8(ascii: ":") {
          guard set.insert(class: pattern[(index + 2)..<(end - 1)]) else { return nil }
          index = end
          previous = nil
        } else {
          set.insert(byte)
          previous = byte
        }
      } else {
        var member = byte
        if byte == UInt8(ascii: "\\") {
          index += 1
          guard index < pattern.count else { return nil }
          member = pattern[index]
        }
        set.insert(member)
        previous = member
      }
      index += 1
    }
    return nil
  }

  /// Adds a POSIX class of ASCII characters; false where there is none of that name.
  private mutating func insert(class name: ArraySlice<UInt8>) -> Bool {
    let ranges: [ClosedRange<UInt8>]? =
      switch String(decoding: name, as: UTF8.self) {
      case "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
      case "alpha": [0x41...0x5A, 0x61...0x7A]
      case "blank": [0x20...0x20, 0x09...0x09]
      case "cntrl": [0x00...0x1F, 0x7F...0x7F]
      case "digit": [0x30...0x39]
      case "graph": [0x21...0x7E]
      case "lower": [0x61...0x7A]
      case "print": [0x20...0x7E]
      case "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
      case "space": [0x09...0x0D, 0x20...0x20]
      case "upper": [0x41...0x5A]
      case "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66]
      default: nil
      }
    guard let ranges else { return false }
    for range in ranges { for byte in range { insert(byte) } }
    return true
  }
}
