/// A number as `digits` × 10^`exponent`.
///
/// Made from a Double it has the fewest digits that read back as the same Double, and of those the
/// nearest: Raffaello Giulietti, "The Schubfach way to render doubles" (2021).
package struct ShortestDecimal: Sendable, Hashable {
  /// Whether the number has a minus sign; never for zero.
  package var isNegative: Bool

  /// The significant digits, up to 17.
  package var digits: UInt64

  /// The power of ten of the last digit.
  package var exponent: Int

  /// Converts a finite number.
  package init(_ value: Double) {
    let integer = value.magnitude < 0x1p53 ? UInt64(value.magnitude) : 0
    if Double(integer) == value.magnitude {
      self.init(isNegative: value < 0, digits: integer, exponent: 0)
    } else {
      self.init(fraction: value)
    }
  }

  private init(isNegative: Bool, digits: UInt64, exponent: Int) {
    self.isNegative = isNegative
    self.digits = digits
    self.exponent = exponent
  }

  private init(fraction value: Double) {
    isNegative = value < 0
    let significand = value.significandBitPattern
    let biased = Int(value.exponentBitPattern)
    // The number is c × 2^q.
    let c = biased == 0 ? significand : significand | 1 << 52
    let q = biased == 0 ? -1074 : biased - 1075
    // What lies between the halfway points to both neighbours reads back as the number; below a
    // power of two the neighbour is at half the distance.
    let isLowerCloser = significand == 0 && biased > 1
    let k = (q * 1_262_611 - (isLowerCloser ? 524_031 : 0)) >> 22
    let shift = UInt64(q + ((-k * 1_741_647) >> 19) + 1)
    let power = PowersOfTen.scaled(-k)
    let middle = Self.roundedToOdd(power, 4 * c << shift)
    let outside: UInt64 = c & 1  // a tie reads back as the even neighbour
    let lower =
      Self.roundedToOdd(power, (4 * c - (isLowerCloser ? 1 : 2)) << shift) + outside
    let upper = Self.roundedToOdd(power, (4 * c + 2) << shift) - outside

    let whole = middle / 4
    if whole >= 10 {
      let short = whole / 10
      let isDownInside = lower <= 40 * short
      let isUpInside = 40 * short + 40 <= upper
      if isDownInside != isUpInside {
        digits = short + (isUpInside ? 1 : 0)
        exponent = k + 1
        removeTrailingZeros()
        return
      }
    }
    exponent = k
    let isDownInside = lower <= 4 * whole
    let isUpInside = 4 * whole + 4 <= upper
    if isDownInside != isUpInside {
      digits = whole + (isUpInside ? 1 : 0)
    } else {
      let half = 4 * whole + 2
      digits = whole + (middle > half || (middle == half && whole & 1 == 1) ? 1 : 0)
    }
    removeTrailingZeros()
  }

  /// The upper 64 of 192 bits of `power` × `factor`, the last one set when any below is.
  private static func roundedToOdd(_ power: UInt128, _ factor: UInt64) -> UInt64 {
    let low = UInt64(truncatingIfNeeded: power).multipliedFullWidth(by: factor)
    let high = UInt64(truncatingIfNeeded: power >> 64).multipliedFullWidth(by: factor)
    let (middle, carry) = high.low.addingReportingOverflow(low.high)
    return (high.high &+ (carry ? 1 : 0)) | (middle > 1 ? 1 : 0)
  }

  /// Integers keep theirs until then.
  mutating func removeTrailingZeros() {
    guard digits > 0 else { return }
    while true {
      let quotient = digits / 10
      guard quotient * 10 == digits else { return }
      digits = quotient
      exponent += 1
    }
  }
}

extension ShortestDecimal {
  /// The number of digits; 1 for zero.
  package var digitCount: Int { Self.digitCount(of: digits) }

  /// The number of decimal digits of `value`; 1 for zero.
  @inline(__always)
  static func digitCount(of value: UInt64) -> Int {
    // 1233 / 4096 is close enough to the logarithm of 2 to be at most one too low.
    let estimate = ((64 - (value | 1).leadingZeroBitCount) &* 1233) >> 12
    return value >= PowersOfTen.integer(estimate) ? max(1, estimate + 1) : max(1, estimate)
  }

  /// The power of ten of the first digit: ⌊log10⌋ of the magnitude.
  package var magnitude: Int { exponent + digitCount - 1 }

  /// The number with at most `count` significant digits, halves rounded away from zero.
  package func rounded(significant count: Int) -> Self {
    rounded(lastExponent: magnitude - count + 1)
  }

  /// The number without digits below 10^`lastExponent`, halves rounded away from zero.
  package func rounded(lastExponent: Int) -> Self {
    let dropped = lastExponent - exponent
    guard dropped > 0 else { return self }
    var result = self
    result.exponent = lastExponent
    if dropped > 19 {
      result.digits = 0
    } else {
      let power = PowersOfTen.integer(dropped)
      let (quotient, rest) = digits.quotientAndRemainder(dividingBy: power)
      result.digits = quotient + (rest >= power - rest ? 1 : 0)
    }
    if result.digits == 0 {
      result = Self(isNegative: false, digits: 0, exponent: 0)
    } else {
      result.removeTrailingZeros()
    }
    return result
  }
}
