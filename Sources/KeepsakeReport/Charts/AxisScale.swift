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

  /// An axis from `start` to `end`; `domain` must be that of a ``ValueDomain``, or of steps.
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

  /// The position of a value; of one beyond an end that end, of NaN the start.
  @inline(__always)
  package func position(_ value: Double) -> Int {
    let raised = value > domain.lowerBound ? value : domain.lowerBound
    let clamped = raised < domain.upperBound ? raised : domain.upperBound
    let distance = ((isLogarithmic ? logarithm(clamped) : clamped) - origin) * factor
    return start + Int(distance < 0 ? distance - 0.5 : distance + 0.5)
  }
  /// The position of a value, also of one beyond an end, up to ten lengths of the axis.
  func openPosition(_ value: Double) -> Int {
    guard !domain.contains(value), isLogarithmic ? value > 0 : !value.isNaN else {
      return position(value)
    }
    let distance = ((isLogarithmic ? logarithm(value) : value) - origin) * factor
    let limit = 10 * Double((end - start).magnitude)
    return start + Int(min(max(distance, -limit), limit).rounded())
  }
}
