/// 256 random bits, written as 64 lower-case hexadecimal digits.
///
/// Sorts as its text does.
public struct Identifier: Sendable, Hashable, Comparable {
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

  /// Appends the 64 digits to `bytes`.
  package func appendHex(to bytes: inout [UInt8]) {
    func append(_ word: UInt64) {
      for shift in stride(from: 60, through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
        bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
      }
    }
    append(words.0)
    append(words.1)
    append(words.2)
    append(words.3)
  }

  /// All 64 digits.
  public var text: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    appendHex(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
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
  public var short: String { String(bits.text.prefix(7)) }
}

/// A checkpoint's identifier.
public struct CheckpointID: Sendable, Hashable, Comparable, CustomStringConvertible {
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
  public var short: String { String(bits.text.prefix(7)) }
}
