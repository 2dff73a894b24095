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

  /// Appends at most `limit` bytes, which `body` writes and counts.
  ///
  /// One check of the buffer for many bytes: that is most of what a page costs.
  @inline(__always)
  private mutating func append(
    atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int
  ) {
    bytes.append(addingCapacity: limit) { span in
      unsafe span.withUnsafeMutableBufferPointer { target, count in
        unsafe count = body(UnsafeMutableRawBufferPointer(target))
      }
    }
  }

  /// Appends constant markup.
  package mutating func append(_ markup: StaticString) {
    let count = markup.utf8CodeUnitCount
    unsafe append(atMost: count) { target in
      // SAFETY: a static string of one literal lives forever, `utf8CodeUnitCount` bytes long.
      unsafe target.copyMemory(
        from: UnsafeRawBufferPointer(start: markup.utf8Start, count: count))
      return count
    }
  }

  /// Appends what `body` appends to the bytes.
  package mutating func append(with body: (inout [UInt8]) -> Void) { body(&bytes) }

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
    } else {
      append(manyDigits: value)
    }
  }

  private mutating func append(manyDigits value: UInt64) {
    unsafe append(atMost: DigitText.size) { target in
      let text = DigitText(value)
      unsafe text.store(to: target)
      return text.count
    }
  }

  /// Appends `value` with at least `width` digits, the leading ones zero.
  package mutating func append(_ value: Int, width: Int) {
    append(digits: UInt64(value.magnitude), width: width)
  }

  /// Appends `value` with at least `width` digits, the leading ones zero.
  package mutating func append(digits value: UInt64, width: Int) {
    unsafe append(atMost: max(0, width) + DigitText.size) { target in
      let text = DigitText(value)
      let zeros = max(0, width - text.count)
      unsafe target.baseAddress?.initializeMemory(as: UInt8.self, repeating: 0x30, count: zeros)
      unsafe text.store(to: UnsafeMutableRawBufferPointer(rebasing: target[zeros...]))
      return zeros + text.count
    }
  }

  /// Appends a coordinate given in tenths, as short as SVG allows: `12.5`, `12`, `.5`, `-.5`.
  package mutating func append(tenths: Int) { append(tenths: tenths, isSeparated: false) }

  /// Appends a coordinate that follows another: a space stands between them, or a minus sign.
  package mutating func append(separatedTenths tenths: Int) {
    append(tenths: tenths, isSeparated: tenths >= 0)
  }

  @inline(__always)
  private mutating func append(tenths: Int, isSeparated: Bool) {
    let magnitude = UInt64(tenths.magnitude)
    let whole = magnitude / 10
    let tenth = UInt8(truncatingIfNeeded: magnitude - whole * 10)
    guard whole < 1000 else {
      if isSeparated { append(UInt8(ascii: " ")) }
      return append(farTenths: tenths)
    }
    unsafe append(atMost: 7) { target in
      var count = 0
      @inline(__always) func put(_ byte: UInt8) {
        unsafe target[count] = byte
        count += 1
      }
      if isSeparated { put(UInt8(ascii: " ")) }
      if tenths < 0 { put(UInt8(ascii: "-")) }
      let small = UInt32(truncatingIfNeeded: whole)
      if small >= 100 { put(0x30 + UInt8(truncatingIfNeeded: small / 100)) }
      if small >= 10 { put(0x30 + UInt8(truncatingIfNeeded: small / 10 % 10)) }
      if small > 0 || tenth == 0 { put(0x30 + UInt8(truncatingIfNeeded: small % 10)) }
      if tenth > 0 {
        put(UInt8(ascii: "."))
        put(0x30 + tenth)
      }
      return count
    }
  }

  /// The same for coordinates of four digits and more.
  private mutating func append(farTenths tenths: Int) {
    append(tenths / 10)
    let tenth = UInt8(truncatingIfNeeded: tenths.magnitude % 10)
    if tenth > 0 {
      append(UInt8(ascii: "."))
      append(0x30 + tenth)
    }
  }
}

/// The decimal digits of an integer, eight at a time.
private struct DigitText {
  /// How many bytes ``store(to:)`` may write to.
  static let size = 24

  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var third: UInt64 = 0
  private var groups = 1

  /// How many zeros the first group starts with, which are left out.
  private var skipped = 0

  @inline(__always)
  init(_ value: UInt64) {
    let (head, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
    if head == 0 {
      first = Self.eightDigits(low)
    } else {
      let (top, middle) = head.quotientAndRemainder(dividingBy: 100_000_000)
      if top == 0 {
        (first, second, groups) = (Self.eightDigits(head), Self.eightDigits(low), 2)
      } else {
        (first, second, third) = (
          Self.eightDigits(top), Self.eightDigits(middle), Self.eightDigits(low)
        )
        groups = 3
      }
    }
    skipped = min(7, (first & 0x0F0F_0F0F_0F0F_0F0F).trailingZeroBitCount / 8)
  }

  /// The number of digits.
  @inline(__always)
  var count: Int { groups * 8 - skipped }

  /// Writes the digits to the start of `target`, which has room for ``size`` bytes.
  @inline(__always)
  func store(to target: UnsafeMutableRawBufferPointer) {
    func store(_ word: UInt64, _ offset: Int) {
      unsafe target.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
    store(first >> UInt64(skipped * 8), 0)
    guard groups > 1 else { return }
    store(second, 8 - skipped)
    if groups > 2 { store(third, 16 - skipped) }
  }

  /// The characters of the eight digits of `value`, the first in the lowest byte.
  ///
  /// Two halves of four digits, then four pairs, then eight digits, each step in all parts of a
  /// word at once; quotients by multiplication with 2^20 / 100 and 2^10 / 10, rounded up.
  @inline(__always)
  private static func eightDigits(_ value: UInt64) -> UInt64 {
    let (high, low) = value.quotientAndRemainder(dividingBy: 10_000)
    let halves = high | low << 32
    let hundreds = (halves &* 10_486) >> 20 & 0x0000_007F_0000_007F
    let pairs = hundreds | (halves &- hundreds &* 100) << 16
    let tens = (pairs &* 103) >> 10 & 0x000F_000F_000F_000F
    return (tens | (pairs &- tens &* 10) << 8) | 0x3030_3030_3030_3030
  }
}
