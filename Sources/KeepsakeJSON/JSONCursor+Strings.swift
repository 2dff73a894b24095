package import KeepsakeModel

/// A string in JSON bytes, still escaped, valid while the cursor that found it is.
@usableFromInline package struct JSONText: Sendable {
  @usableFromInline let start: Int
  @usableFromInline let count: Int
  @usableFromInline let hasEscapes: Bool

  @inlinable @inline(__always)
  init(start: Int, count: Int, hasEscapes: Bool) {
    self.start = start
    self.count = count
    self.hasEscapes = hasEscapes
  }
}

extension JSONCursor {
  /// Reads the string at the position without copying it.
  @inlinable @inline(__always)
  package mutating func text() throws(JSONError) -> JSONText {
    // Short names, without a call.
    if position + 9 <= count, current == UInt8(ascii: "\"") {
      let special = Self.specialBytes(word(at: position + 1))
      let length = special.trailingZeroBitCount >> 3
      if special != 0, self[position + 1 + length] == UInt8(ascii: "\"") {
        let text = JSONText(start: position + 1, count: length, hasEscapes: false)
        position += length + 2
        return text
      }
    }
    return try longText()
  }

  @usableFromInline
  mutating func longText() throws(JSONError) -> JSONText {
    guard current == UInt8(ascii: "\"") else { throw unexpected("a string") }
    let start = position + 1
    var index = start
    var hasEscapes = false
    while true {
      // Eight bytes at a time, as long as none of them is special.
      while index + 8 <= count {
        let special = Self.specialBytes(word(at: index))
        if special != 0 {
          index += special.trailingZeroBitCount >> 3
          break
        }
        index += 8
      }
      guard index < count else {
        position = count
        throw error("it ends in the middle of a string")
      }
      switch self[index] {
      case UInt8(ascii: "\""):
        position = index + 1
        return JSONText(start: start, count: index - start, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        index += 2
      case 0..<0x20:
        position = index
        throw error("a string holds a control character")
      default:
        index += 1
      }
    }
  }

  /// Not zero where one of eight bytes is a quote, a backslash or below 0x20; its lowest bit then
  /// belongs to the first of them.
  ///
  /// The zero-byte test of "Bit Twiddling Hacks" (Sean Anderson), applied three times.
  @inlinable @inline(__always)
  static func specialBytes(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let slashes = word ^ (ones &* 0x5C)
    let found =
      ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
      | ((word &- ones &* 0x20) & ~word)
    return found & (ones &* 0x80)
  }

  /// Reads the string at the position.
  package mutating func string() throws(JSONError) -> String {
    let text = try text()
    return string(text)
  }

  /// Whether `text` is `word`, which needs no escapes.
  @inlinable @inline(__always)
  package func isEqual(_ text: JSONText, _ word: StaticString) -> Bool {
    guard text.count == word.utf8CodeUnitCount else { return false }
    for index in 0..<text.count
    where unsafe self[text.start + index] != word.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether two strings stand in the file exactly alike.
  @inlinable @inline(__always)
  package func isEqual(_ a: JSONText, _ b: JSONText) -> Bool {
    a.count == b.count && isEqual(a.start, b.start..<b.start + b.count)
  }

  /// The content of `text`; what is not valid UTF-8 or half a surrogate pair becomes U+FFFD.
  package func string(_ text: JSONText) -> String {
    if !text.hasEscapes {
      return unsafe String(
        decoding: UnsafeBufferPointer(start: base + text.start, count: text.count), as: UTF8.self)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.start
    let end = text.start + text.count
    while index < end {
      let byte = self[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < end else {
        bytes.append(byte)
        continue
      }
      index = appendEscape(at: index, end: end, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends what the escape sequence at `index` stands for; returns where it ends.
  private func appendEscape(at index: Int, end: Int, to bytes: inout [UInt8]) -> Int {
    switch self[index] {
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "u"):
      guard let unit = hexUnit(at: index + 1, end: end) else { return index + 1 }
      var scalar = Unicode.Scalar(UInt32(unit))
      var next = index + 5
      if (0xD800..<0xDC00).contains(unit), next + 1 < end, self[next] == UInt8(ascii: "\\"),
        self[next + 1] == UInt8(ascii: "u"), let low = hexUnit(at: next + 2, end: end),
        (0xDC00..<0xE000).contains(low)
      {
        scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(low) - 0xDC00)
        next += 6
      }
      bytes.append(contentsOf: String(Character(scalar ?? "\u{FFFD}")).utf8)
      return next
    default: bytes.append(self[index])
    }
    return index + 1
  }

  private func hexUnit(at index: Int, end: Int) -> UInt16? {
    guard index + 4 <= end else { return nil }
    var value: UInt16 = 0
    for offset in 0..<4 {
      switch self[index + offset] {
      case let digit where (0x30...0x39).contains(digit): value = value << 4 | UInt16(digit - 0x30)
      case let digit where (0x41...0x46).contains(digit): value = value << 4 | UInt16(digit - 0x37)
      case let digit where (0x61...0x66).contains(digit): value = value << 4 | UInt16(digit - 0x57)
      default: return nil
      }
    }
    return value
  }

  /// Reads the string at the position as an identifier; `nil` when it is not 64 digits.
  package mutating func identifier() throws(JSONError) -> Identifier? {
    // The usual case needs no search for the closing quote.
    if position + 66 <= count, self[position] == UInt8(ascii: "\""),
      self[position + 65] == UInt8(ascii: "\""),
      let identifier = unsafe Identifier(
        hex: UnsafeBufferPointer(start: base + position + 1, count: 64).span)
    {
      position += 66
      return identifier
    }
    let text = try text()
    return unsafe Identifier(
      hex: UnsafeBufferPointer(start: base + text.start, count: text.count).span)
  }

  /// Reads the string at the position as a moment; `nil` when it is not RFC 3339.
  package mutating func timestamp() throws(JSONError) -> Timestamp? {
    let text = try text()
    return unsafe Timestamp(
      rfc3339: UnsafeBufferPointer(start: base + text.start, count: text.count).span)
  }
}
