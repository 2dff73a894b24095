/// Round numbers between two ends of an axis: multiples of 1, 2 or 5 times a power of ten.
///
/// The same ticks as d3-array's `ticks`, `tickIncrement` and d3-scale's `nice`.
package struct LinearTicks: Sendable, Hashable {
  /// The ticks, ascending.
  package let values: [Double]

  /// The distance between two ticks.
  package let step: Double

  /// About `count` ticks from `start` to `end`, which must be finite and `start` < `end`.
  package init(from start: Double, to end: Double, count: Double) {
    let spec = TickSpec(from: start, to: end, count: count)
    values = spec.first <= spec.last ? (spec.first...spec.last).map(spec.tick) : []
    step = spec.increment.step
  }

  /// The ticks `step` apart from `start` to `end`.
  package init(from start: Double, to end: Double, step: Double) {
    let first = (start / step).rounded(.up)
    let last = (end / step).rounded(.down)
    values = first <= last ? (0...Int(last - first)).map { (first + Double($0)) * step } : []
    self.step = step
  }

  /// The ends `start` and `end` moved outwards to ticks.
  package static func nice(from start: Double, to end: Double, count: Double) -> (Double, Double) {
    var (start, end) = (start, end)
    var previous: TickIncrement?
    for _ in 0..<10 {
      let increment = TickSpec(from: start, to: end, count: count).increment
      if increment == previous { break }
      let (low, high) = (increment.floor(start), increment.ceil(end))
      guard low.isFinite, high.isFinite, low < high else { break }
      (start, end) = (low, high)
      previous = increment
    }
    return (start, end)
  }
}

/// The distance between ticks, kept as an integer or as the inverse of one, so that 3 × 0.1 is 0.3.
private struct TickIncrement: Equatable {
  var amount: Double
  var isInverse: Bool

  var step: Double { isInverse ? 1 / amount : amount }
  func index(_ value: Double) -> Double { isInverse ? value * amount : value / amount }
  func value(_ index: Double) -> Double { isInverse ? index / amount : index * amount }
  func floor(_ value: Double) -> Double { self.value(index(value).rounded(.down)) }
  func ceil(_ value: Double) -> Double { self.value(index(value).rounded(.up)) }

  init(from start: Double, to end: Double, count: Double) {
    let rough = (end - start) / count
    let power = ShortestDecimal(rough).magnitude
    let error = rough / PowersOfTen.double(power)
    let factor: Double =
      error >= 50.0.squareRoot()
      ? 10 : error >= 10.0.squareRoot() ? 5 : error >= 2.0.squareRoot() ? 2 : 1
    isInverse = power < 0
    amount =
      power < 0 ? PowersOfTen.double(-power) / factor : PowersOfTen.double(power) * factor
  }

  /// The first and the last multiple within an axis; the last is less than the first if none is.
  func indices(from start: Double, to end: Double) -> (Int, Int) {
    let low = (index(start) + 0.5).rounded(.down)
    let high = (index(end) + 0.5).rounded(.down)
    // A range of a few units in the last place of huge numbers has no ticks.
    guard low.magnitude < 1e15, high.magnitude < 1e15 else { return (0, -1) }
    return (
      Int(low) + (value(low) < start ? 1 : 0), Int(high) - (value(high) > end ? 1 : 0)
    )
  }
}

private struct TickSpec {
  var first: Int
  var last: Int
  var increment: TickIncrement

  func tick(_ index: Int) -> Double { increment.value(Double(index)) }

  init(from start: Double, to end: Double, count: Double) {
    increment = TickIncrement(from: start, to: end, count: count)
    (first, last) = increment.indices(from: start, to: end)
    if last < first, 0.5 <= count, count < 2 {
      self = TickSpec(from: start, to: end, count: count * 2)
    }
  }
}
