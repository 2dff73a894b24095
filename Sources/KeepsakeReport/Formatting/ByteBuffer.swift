/// UTF-8 bytes of a page under construction.
///
/// Everything that ends up in a file is appended here: constant markup, escaped text and digits,
/// none of which allocates on its way.
package struct ByteBuffer: Sendable {
  /// What has been appended so far.
  package private(set) var bytes: [UInt8] = []

  /// An empty buffer with room for `capacity` bytes.
  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// The number of bytes.
  package var count: Int { bytes.count }

  /// The bytes as text.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Makes room for `count` more bytes, growing geometrically.
  package mutating func reserve(_ count: Int) {
    let needed = bytes.count + count
    if needed > bytes.capacity { bytes.reserveCapacity(max(needed, 2 * bytes.capacity)) }
  }

  /// Empties the buffer and keeps its memory.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Appends one byte.
  @inline(__always)
  package mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Appends constant markup.
  package mutating func append(_ markup: StaticString) {
    // SAFETY: a static string of one literal lives forever, `utf8CodeUnitCount` bytes long.
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: markup.utf8Start, count: markup.utf8CodeUnitCount))
  }

  /// Appends markup that this module made, as it is.
  package mutating func append(markup: String) { bytes.append(contentsOf: markup.utf8) }

  /// Appends bytes as they are.
  package mutating func append(markup: [UInt8]) { bytes.append(contentsOf: markup) }

  /// Appends text from outside, escaped for elements and for quoted attributes of HTML and SVG.
  ///
  /// Characters that XML or HTML forbid (controls, noncharacters) are dropped. Those that turn the
  /// direction of the text after them around are spelled out, `[U+202E]`: a name must not rearrange
  /// the words beside it.
  package mutating func append(text: String) {
    let span = text.utf8Span.span
    for index in 0..<span.count {
      // Letters of other scripts are plain too, but the slow path tells them from noncharacters.
      switch span[index] {
      case 0x22, 0x26, 0x27, 0x3C, 0x3E, 0x00..<0x20, 0x7F...: return append(utf8: span)
      default: continue
      }
    }
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends text from outside, which may break after `_`, `.`, `/` and `-`: for elements only.
  package mutating func append(breakable text: String) {
    append(utf8: text.utf8Span.span, isBreakable: true)
  }

  private mutating func append(utf8 span: Span<UInt8>, isBreakable: Bool = false) {
    reserve(span.count)
    var index = 0
    while index < span.count {
      let byte = span[index]
      index += 1
      switch Self.classes[Int(byte)] {
      case .plain:
        bytes.append(byte)
        guard isBreakable else { continue }
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"):
          append("<wbr>")
        default: continue
        }
      case .escaped:
        switch byte {
        case UInt8(ascii: "&"): append("&amp;")
        case UInt8(ascii: "<"): append("&lt;")
        case UInt8(ascii: ">"): append("&gt;")
        case UInt8(ascii: "\""): append("&quot;")
        default: append("&#39;")
        }
      case .dropped: continue
      case .leading:
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        var scalar = UInt32(byte) & (0x7F >> UInt32(length))
        for offset in 0..<length - 1 { scalar = scalar << 6 | UInt32(span[index + offset] & 0x3F) }
        let isForbidden =
          scalar < 0xA0 || (0xFDD0...0xFDEF).contains(scalar) || scalar & 0xFFFE == 0xFFFE
        if Self.turnsText(scalar) {
          append("[U+")
          append(markup: String(scalar, radix: 16, uppercase: true))
          append("]")
        } else if !isForbidden {
          bytes.append(byte)
          for offset in 0..<length - 1 { bytes.append(span[index + offset]) }
        }
        index += length - 1
      }
    }
  }

  /// Whether a scalar embeds, overrides or isolates the direction of text.
  private static func turnsText(_ scalar: UInt32) -> Bool {
    (0x202A...0x202E).contains(scalar) || (0x2066...0x2069).contains(scalar)
  }

  /// `text` with the scalars that turn text around spelled out.
  static func spellingOutTurns(in text: String) -> String {
    guard text.unicodeScalars.contains(where: { turnsText($0.value) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if turnsText(scalar.value) {
        result += "[U+\(String(scalar.value, radix: 16, uppercase: true))]"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private enum ByteClass: UInt8 {
    case plain
    case escaped
    case dropped
    /// The first byte of a scalar that can be forbidden or spelled out: U+0080 to U+009F,
    /// noncharacters, and U+2000 to U+2FFF.
    case leading
  }

  private static let classes: [ByteClass] = (0...255).map { byte in
    switch byte {
    case 0x09, 0x0A: .plain
    case 0x00...0x1F, 0x7F: .dropped
    case 0x22, 0x26, 0x27, 0x3C, 0x3E: .escaped
    case 0xC2, 0xE2, 0xEF...0xF4: .leading
    default: .plain
    }
  }
}

// MARK: - Digits

extension ByteBuffer {
  /// Appends an integer; negative ones with a hyphen.
  @inline(__always)
  package mutating func append(_ value: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(digits: UInt64(value.magnitude))
  }

  /// Appends the decimal digits of `value`.
  @inline(__always)
  package mutating func append(digits value: UInt64) {
    if value < 10 {
      append(0x30 + UInt8(truncatingIfNeeded: value))
    } else if value < 100 {
      append(pair: UInt32(truncatingIfNeeded: value))
    } else {
      append(manyDigits: value)
    }
  }

  private mutating func append(manyDigits value: UInt64) {
    if value >= 10_000 {
      let head = value / 10_000
      append(digits: head)
      let tail = UInt32(truncatingIfNeeded: value - head * 10_000)
      append(pair: tail / 100)
      append(pair: tail % 100)
    } else {
      let small = UInt32(truncatingIfNeeded: value)
      append(digits: UInt64(small / 100))
      append(pair: small % 100)
    }
  }

  /// Appends two digits.
  @inline(__always)
  private mutating func append(pair value: UInt32) {
    let tens = value / 10
    append(0x30 + UInt8(truncatingIfNeeded: tens))
    append(0x30 + UInt8(truncatingIfNeeded: value - tens * 10))
  }

  /// Appends `value` with exactly `width` digits, the leading ones zero.
  package mutating func append(_ value: Int, width: Int) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      append(0x30 + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }

  /// Appends a coordinate given in tenths, as short as SVG allows: `12.5`, `12`, `.5`, `-.5`.
  @inline(__always)
  package mutating func append(tenths: Int) {
    if tenths < 0 { append(UInt8(ascii: "-")) }
    let magnitude = UInt64(tenths.magnitude)
    let whole = magnitude / 10
    let tenth = UInt8(truncatingIfNeeded: magnitude - whole * 10)
    if whole > 0 || tenth == 0 { append(digits: whole) }
    if tenth > 0 {
      append(UInt8(ascii: "."))
      append(0x30 + tenth)
    }
  }
}
