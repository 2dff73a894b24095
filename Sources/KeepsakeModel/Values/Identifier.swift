/// 256 random bits, written as 64 lower-case hexadecimal digits.
///
/// Sorts as its text does.
public struct Identifier: Sendable, Hashable, Comparable, BitwiseCopyable {
  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// Reads 64 lower-case hexadecimal digits; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    self.init(hex: String(text).utf8Span.span)
  }

  /// Reads 64 lower-case hexadecimal digits; `nil` for anything else.
  package init?(hex: Span<UInt8>) {
    guard hex.count == 64 else { return nil }
    var isValid = true
    let bytes = unsafe hex.bytes
    func word(_ start: Int) -> UInt64 {
      // SAFETY: start + 16 ≤ 64, the length.
      let high = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
      let low = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: start + 8, as: UInt64.self)
      return Self.nibbles(UInt64(bigEndian: high), &isValid) << 32
        | Self.nibbles(UInt64(bigEndian: low), &isValid)
    }
    words = (word(0), word(16), word(32), word(48))
    guard isValid else { return nil }
  }

  /// Takes 32 bytes, the first of which its text begins with; `nil` for any other number.
  package init?(bytes: RawSpan) {
    guard bytes.byteCount == 32 else { return nil }
    func word(_ start: Int) -> UInt64 {
      // SAFETY: start + 8 ≤ 32, the length.
      UInt64(
        bigEndian: unsafe bytes.unsafeLoadUnaligned(
          fromUncheckedByteOffset: start, as: UInt64.self))
    }
    words = (word(0), word(8), word(16), word(24))
  }

  /// The value of eight digits, all at once, the first in the highest byte.
  @inline(__always)
  private static func nibbles(_ digits: UInt64, _ isValid: inout Bool) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Bit 7 of each byte: whether it is at least the character; no carry, as bytes are below 0x80.
    let low = digits & (ones &* 0x7F)
    let isDecimal = (low &+ ones &* (0x80 - 0x30)) & ~(low &+ ones &* (0x80 - 0x3A))
    let isLetter = (low &+ ones &* (0x80 - 0x61)) & ~(low &+ ones &* (0x80 - 0x67))
    if (isDecimal | isLetter) & ~digits & (ones &* 0x80) != ones &* 0x80 { isValid = false }
    var value = (digits & (ones &* 0x0F)) &+ (isLetter >> 7 & ones) &* 9
    value = (value | value >> 4) & 0x00FF_00FF_00FF_00FF
    value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
    return (value | value >> 16) & 0xFFFF_FFFF
  }

  /// Draws a new identifier.
  public init(using generator: inout some RandomNumberGenerator) {
    words = (generator.next(), generator.next(), generator.next(), generator.next())
  }

  public static func == (a: Self, b: Self) -> Bool { a.words == b.words }
  public static func < (a: Self, b: Self) -> Bool { a.words < b.words }

  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  /// The number that the first `count` digits say; up to 16.
  package func leadingDigits(_ count: Int) -> UInt64 { words.0 >> UInt64(64 - 4 * count) }

  /// Appends the first `count` of the 64 digits to `bytes`.
  package func appendHex(_ count: Int = 64, to bytes: inout [UInt8]) {
    bytes.append(addingCapacity: count) { target in
      var left = count
      func append(_ half: UInt64) {
        var digits = Self.digits(half)
        for _ in 0..<max(0, min(8, left)) {
          target.append(UInt8(truncatingIfNeeded: digits >> 56))
          digits <<= 8
        }
        left -= 8
      }
      func append(word: UInt64) {
        append(word >> 32)
        append(word & 0xFFFF_FFFF)
      }
      append(word: words.0)
      if left <= 0 { return }
      append(word: words.1)
      append(word: words.2)
      append(word: words.3)
    }
  }

  /// The eight digits of a number of 32 bits, all at once, the first in the highest byte.
  @inline(__always)
  private static func digits(_ value: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var nibbles = (value | value << 16) & 0x0000_FFFF_0000_FFFF
    nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
    nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
    let isLetter = (nibbles &+ ones &* 6) >> 4 & ones
    return nibbles &+ ones &* 0x30 &+ isLetter &* 0x27
  }

  /// The first `count` digits.
  fileprivate func prefix(_ count: Int) -> String {
    var bytes: [UInt8] = []
    appendHex(count, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// All 64 digits.
  public var text: String { prefix(64) }
}

/// An experiment's identifier.
public struct ExperimentID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The identifier's bits.
  public var bits: Identifier

  /// Wraps identifier bits.
  public init(_ bits: Identifier) { self.bits = bits }

  /// Reads 64 lower-case hexadecimal digits; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    guard let bits = Identifier(text) else { return nil }
    self.bits = bits
  }

  public static func < (a: Self, b: Self) -> Bool { a.bits < b.bits }

  /// All 64 digits.
  public var description: String { bits.text }

  /// The first 7 digits, as shown to people.
  public var short: String { bits.prefix(7) }
}

/// A checkpoint's identifier.
public struct CheckpointID: Sendable, Hashable, Comparable, BitwiseCopyable,
  CustomStringConvertible
{
  /// The identifier's bits.
  public var bits: Identifier

  /// Wraps identifier bits.
  public init(_ bits: Identifier) { self.bits = bits }

  /// Reads 64 lower-case hexadecimal digits; `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    guard let bits = Identifier(text) else { return nil }
    self.bits = bits
  }

  public static func < (a: Self, b: Self) -> Bool { a.bits < b.bits }

  /// All 64 digits.
  public var description: String { bits.text }

  /// The first 7 digits, as shown to people.
  public var short: String { bits.prefix(7) }
}
