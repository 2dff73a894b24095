package import KeepsakeModel

/// A string in JSON bytes, still escaped, valid while the cursor that found it is.
package struct JSONText: Sendable {
  let start: Int
  let count: Int
  let hasEscapes: Bool
}

extension JSONCursor {
  /// Reads the string at the position without copying it.
  package mutating func text() throws(JSONError) -> JSONText {
    guard current == UInt8(ascii: "\"") else { throw unexpected("a string") }
    let start = position + 1
    var index = start
    var hasEscapes = false
    while true {
      // Eight bytes at a time, as long as none of them is special.
      while index + 8 <= count {
        let word = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
        if Self.hasSpecialByte(word) { break }
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

  /// Whether one of eight bytes is a quote, a backslash or below 0x20.
  ///
  /// The zero-byte test of "Bit Twiddling Hacks" (Sean Anderson), applied three times.
  @inline(__always)
  private static func hasSpecialByte(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let slashes = word ^ (ones &* 0x5C)
    let found =
      ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
      | ((word &- ones &* 0x20) & ~word)
    return found & (ones &* 0x80) != 0
  }

  /// Reads the string at the position.
  package mutating func string() throws(JSONError) -> String {
    let text = try text()
    return string(text)
  }

  /// Whether `text` is `word`, which needs no escapes.
  @inline(__always)
  package func isEqual(_ text: JSONText, _ word: StaticString) -> Bool {
    guard text.count == word.utf8CodeUnitCount else { return false }
    for index in 0..<text.count
    where unsafe self[text.start + index] != word.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether `text` stands in the file exactly as `bytes`.
  package func isEqual(_ text: JSONText, _ bytes: [UInt8]) -> Bool {
    guard text.count == bytes.count else { return false }
    for index in 0..<text.count where self[text.start + index] != bytes[index] { return false }
    return true
  }

  /// The bytes of `text` as they stand in the file.
  package func bytes(_ text: JSONText) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: base + text.start, count: text.count))
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
