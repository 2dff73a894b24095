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
    var parsed: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    func word(_ start: Int) -> UInt64? {
      var value: UInt64 = 0
      for index in start..<start + 16 {
        let digit = hex[index]
        switch digit {
        case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
        case 0x61...0x66: value = value << 4 | UInt64(digit - 0x61 + 10)
        default: return nil
        }
      }
      return value
    }
    guard let a = word(0), let b = word(16), let c = word(32), let d = word(48) else { return nil }
    parsed = (a, b, c, d)
    words = parsed
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
