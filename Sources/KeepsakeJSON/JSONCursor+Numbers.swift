#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A JSON number: an integer where it is written as one and fits in 64 bits.
@usableFromInline package enum JSONNumber: Sendable {
  case integer(Int64)
  case double(Double)
}

extension JSONCursor {
  /// Reads the number at the position.
  ///
  /// Integers beyond 64 bits become the nearest floating-point number; what is too large for that
  /// becomes infinite.
  package mutating func number() throws(JSONError) -> JSONNumber {
    let start = position
    let isNegative = current == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let firstDigit = position
    var mantissa: UInt64 = 0
    var decimalExponent = 0
    readDigits(&mantissa)
    let integerDigits = position - firstDigit
    guard integerDigits > 0, integerDigits == 1 || self[firstDigit] != UInt8(ascii: "0") else {
      throw unexpected("a number")
    }
    var isInteger = true
    if current == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      let first = position
      readDigits(&mantissa)
      guard position > first else { throw unexpected("a digit") }
      decimalExponent = first - position
    }
    // Whether the mantissa holds every digit: 19 always fit.
    let digits = position - firstDigit - (isInteger ? 0 : 1)
    let isExact = digits <= 19 || digits - leadingZeros(firstDigit..<position) <= 19
    if current | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      decimalExponent += try exponent()
    }
    if isInteger && isExact {
      if !isNegative, let value = Int64(exactly: mantissa) { return .integer(value) }
      if isNegative, mantissa <= 1 << 63 {
        return .integer(Int64(truncatingIfNeeded: 0 &- mantissa))
      }
    }
    let magnitude =
      isExact ? decimalToDouble(mantissa: mantissa, exponent: decimalExponent) : nil
    return .double(magnitude.map { isNegative ? -$0 : $0 } ?? slowNumber(start..<position))
  }

  private mutating func exponent() throws(JSONError) -> Int {
    position += 1
    let isNegative = current == UInt8(ascii: "-")
    if isNegative || current == UInt8(ascii: "+") { position += 1 }
    let first = position
    var value = 0
    while case let digit = current &- 0x30, digit <= 9 {
      value = min(value * 10 + Int(digit), 1_000_000)
      position += 1
    }
    guard position > first else { throw unexpected("an exponent") }
    return isNegative ? -value : value
  }

  /// The number in `range` by the C library, which is right for every length.
  private func slowNumber(_ range: Range<Int>) -> Double {
    let text = unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    return unsafe strtod(String(decoding: text, as: UTF8.self), nil)
  }
}

extension JSONCursor {
  /// Appends the digits at the position to `mantissa`, modulo 2^64.
  @inline(__always)
  private mutating func readDigits(_ mantissa: inout UInt64) {
    while position + 8 <= count, let value = Self.eightDigits(word(at: position)) {
      mantissa = mantissa &* 100_000_000 &+ value
      position += 8
    }
    while case let digit = current &- 0x30, digit <= 9 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      position += 1
    }
  }

  /// The value of eight digits, the first in the lowest byte; `nil` where one is none.
  ///
  /// Pairs of digits, then of pairs: after Lemire, "Quickly parsing eight digits" (2018).
  @inline(__always)
  private static func eightDigits(_ word: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let digits = word ^ (ones &* 0x30)
    // A byte above 9 has one of its upper four bits set, or gets it when 6 is added.
    guard (digits | (digits &+ ones &* 6)) & (ones &* 0xF0) == 0 else { return nil }
    let pairs = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
    let quads = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
    return (quads &* 10_000 &+ quads >> 32) & 0xFFFF_FFFF
  }

  /// How many zeros the digits at `range` begin with.
  private func leadingZeros(_ range: Range<Int>) -> Int {
    var count = 0
    for index in range where self[index] != UInt8(ascii: ".") {
      if self[index] != UInt8(ascii: "0") { break }
      count += 1
    }
    return count
  }
}

/// mantissa × 10^exponent, correctly rounded; `nil` where the fast methods cannot tell.
///
/// Small numbers after Clinger ("How to read floating point numbers accurately", 1990), others
/// after Lemire ("Number parsing at a gigabyte per second", 2021) for exponents from −55 to 55.
package func decimalToDouble(mantissa: UInt64, exponent: Int) -> Double? {
  if mantissa == 0 { return 0 }
  if mantissa <= 1 << 53, exponent.magnitude <= 22 {
    let value = Double(mantissa)
    return exponent < 0 ? value / smallPowersOfTen[-exponent] : value * smallPowersOfTen[exponent]
  }
  guard exponent.magnitude <= 55 else { return nil }
  let power = PowersOfFive.table[exponent + 55]
  let leadingZeros = mantissa.leadingZeroBitCount
  let normalized = mantissa << UInt64(leadingZeros)
  var (high, low) = normalized.multipliedFullWidth(by: power.high)
  if high & 0x1FF == 0x1FF {
    let (carry, overflow) = low.addingReportingOverflow(
      normalized.multipliedFullWidth(by: power.low).high)
    low = carry
    if overflow { high += 1 }
  }
  let upperBit = Int(high >> 63)
  var bits = high >> UInt64(upperBit + 9)
  var binaryExponent = (((152_170 + 65_536) * exponent) >> 16) + 63 + upperBit - leadingZeros + 1023
  guard binaryExponent > 0 else { return nil }
  if low <= 1, exponent >= -4, exponent <= 23, bits & 3 == 1,
    bits << UInt64(upperBit + 9) == high
  {
    // Exactly half way: to the even neighbour.
    bits &= ~1
  }
  bits = (bits + (bits & 1)) >> 1
  if bits >= 2 << 52 {
    bits = 1 << 52
    binaryExponent += 1
  }
  guard binaryExponent < 0x7FF else { return .infinity }
  return Double(bitPattern: UInt64(binaryExponent) << 52 | bits & ~(1 << 52))
}

private let smallPowersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]

/// The leading 128 bits of 5^−55…5^55, of the negative ones rounded up where they are short.
enum PowersOfFive {
  static let table: [(high: UInt64, low: UInt64)] = (-55...55).map { exponent in
    var power: UInt128 = 1
    for _ in 0..<exponent.magnitude { power *= 5 }
    if exponent >= 0 {
      power <<= UInt128(power.leadingZeroBitCount)
      return (UInt64(power >> 64), UInt64(truncatingIfNeeded: power))
    }
    let bits = 128 - (power - 1).leadingZeroBitCount
    var quotient = dividePowerOfTwo(bits + 127, by: power)
    if exponent >= -27 { quotient += 1 }
    return (UInt64(quotient >> 64), UInt64(truncatingIfNeeded: quotient))
  }

  /// ⌊2^exponent / divisor⌋ by long division, a bit at a time.
  private static func dividePowerOfTwo(_ exponent: Int, by divisor: UInt128) -> UInt128 {
    var quotient: UInt128 = 0
    var remainder: UInt128 = 1
    for _ in 0..<exponent {
      let overflows = remainder >> 127 == 1
      remainder <<= 1
      quotient <<= 1
      if overflows || remainder >= divisor {
        remainder &-= divisor
        quotient |= 1
      }
    }
    return quotient
  }
}
