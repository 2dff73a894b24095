/// Maps values to positions in tenths of a unit.
package struct AxisScale: Sendable, Hashable {
  /// The values at the ends of the axis.
  package let domain: ClosedRange<Double>

  /// The position of the smallest value.
  package let start: Int

  /// The position of the largest value, which may be less than `start`.
  package let end: Int

  /// Whether positions follow the logarithm of the value.
  package let isLogarithmic: Bool

  private let origin: Double
  private let factor: Double

  /// An axis from `start` to `end`; `domain` must not be empty, nor touch 0 when logarithmic.
  package init(domain: ClosedRange<Double>, start: Int, end: Int, isLogarithmic: Bool = false) {
    self.domain = domain
    self.start = start
    self.end = end
    self.isLogarithmic = isLogarithmic
    let low = isLogarithmic ? logarithm(domain.lowerBound) : domain.lowerBound
    let high = isLogarithmic ? logarithm(domain.upperBound) : domain.upperBound
    origin = low
    factor = Double(end - start) / (high - low)
  }

  /// The position of a value; of one beyond an end, that end.
  @inline(__always)
  package func position(_ value: Double) -> Int {
    let clamped = min(max(value, domain.lowerBound), domain.upperBound)
    let distance = ((isLogarithmic ? logarithm(clamped) : clamped) - origin) * factor
    return start + Int(distance < 0 ? distance - 0.5 : distance + 0.5)
  }

  /// The position of a value as a fraction of the axis, without rounding.
  package func fraction(_ value: Double) -> Double {
    let clamped = min(max(value, domain.lowerBound), domain.upperBound)
    return ((isLogarithmic ? logarithm(clamped) : clamped) - origin) * factor / Double(end - start)
  }
}
