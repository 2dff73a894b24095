/// Powers of ten, as the conversion of numbers to decimals needs them.
enum PowersOfTen {
  /// The exponents that ``scaled(_:)`` knows: all that a Double can need.
  static let exponents = -292...324

  /// The 128 leading bits of 10^`exponent`, rounded up; the top bit is always set.
  @inline(__always)
  static func scaled(_ exponent: Int) -> UInt128 { table[exponent - exponents.lowerBound] }

  /// 10^`exponent` for 0 to 19.
  @inline(__always)
  static func integer(_ exponent: Int) -> UInt64 { integers[exponent] }

  /// The Double nearest to 10^`exponent`, at least up to 22 and down to -22; 0 or infinity far
  /// outside.
  static func double(_ exponent: Int) -> Double {
    var result = 1.0
    var rest = exponent.magnitude
    while rest > 0 {
      let part = min(rest, 22)
      let factor = doubles[Int(part)]
      result = exponent < 0 ? result / factor : result * factor
      rest -= part
    }
    return result
  }

  // Written out, so that it is a constant of the program and no access has to look whether it was
  // worked out already.
  private static let integers: InlineArray<20, UInt64> = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
    1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000,
    1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]

  /// 10^22 is the largest power that a Double holds exactly, so none of these is rounded.
  private static let doubles: [Double] = {
    var powers = [1.0]
    for _ in 1...22 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  private static let table: [UInt128] = {
    var negative: [UInt128] = []
    // Dividing 2^1152 by ten again and again keeps floors exact and 182 bits at the end.
    var limbs = [UInt32](repeating: 0, count: 36) + [1]
    for _ in 0..<(-exponents.lowerBound) {
      divideByTen(&limbs)
      negative.append(leadingBits(limbs).bits + 1)
    }
    var table = Array(negative.reversed())
    limbs = [1]
    for exponent in 0...exponents.upperBound {
      if exponent > 0 { multiplyByTen(&limbs) }
      let (bits, isExact) = leadingBits(limbs)
      table.append(isExact ? bits : bits + 1)
    }
    return table
  }()

  private static func divideByTen(_ limbs: inout [UInt32]) {
    var remainder: UInt64 = 0
    for index in limbs.indices.reversed() {
      let part = remainder << 32 | UInt64(limbs[index])
      limbs[index] = UInt32(part / 10)
      remainder = part % 10
    }
    while limbs.last == 0 { limbs.removeLast() }
  }

  private static func multiplyByTen(_ limbs: inout [UInt32]) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let part = UInt64(limbs[index]) * 10 + carry
      limbs[index] = UInt32(truncatingIfNeeded: part)
      carry = part >> 32
    }
    if carry > 0 { limbs.append(UInt32(carry)) }
  }

  /// The 128 leading bits of a number whose last limb is not zero, and whether they are all.
  private static func leadingBits(_ limbs: [UInt32]) -> (bits: UInt128, isExact: Bool) {
    var bits: UInt128 = 0
    var isExact = true
    let shift = limbs[limbs.count - 1].leadingZeroBitCount
    for offset in 0..<max(5, limbs.count) {
      let index = limbs.count - 1 - offset
      let limb = index >= 0 ? limbs[index] : 0
      if offset < 4 {
        bits = bits << 32 | UInt128(limb)
      } else if offset == 4 {
        bits = shift == 0 ? bits : bits << UInt128(shift) | UInt128(limb >> (32 - UInt32(shift)))
        isExact = limb << UInt32(shift) == 0
      } else if limb != 0 {
        isExact = false
      }
    }
    return (bits, isExact)
  }
}
