extension ChartOptions.Smoothing {
  /// The method for a series of `count` values; `nil` when it is to be drawn as it is.
  package func method(forCount count: Int) -> SmoothingMethod? {
    switch self {
    case .automatic: count > 200 ? .timeWeighted(0.6) : nil
    case .none: nil
    case .timeWeighted(let amount): amount > 0 ? .timeWeighted(amount) : nil
    case .tensorBoard(let amount): amount > 0 ? .tensorBoard(amount) : nil
    }
  }
}

/// An exponential moving average.
///
/// Values that are not finite, or beyond what the axis shows, stay as they are and leave the average
/// alone: after a single 1e6 among ones it would be far above them for long. Each pass over the steps
/// has an average of its own.
package enum SmoothingMethod: Sendable, Hashable {
  /// Older values count less by their distance in steps, so that the result does not depend on how
  /// densely values were logged; `amount` is the weight at a thousandth of the axis.
  case timeWeighted(Double)
  /// As TensorBoard does it: older values count less by the number of values since.
  case tensorBoard(Double)

  /// The smoothed values.
  ///
  /// - Parameters:
  ///   - range: the length of the chart's axis.
  ///   - bulk: the values that count.
  package func smoothed(
    _ series: ChartSeries, range: Double,
    of bulk: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
  ) -> [Double] {
    var result = series.values
    for pass in series.passes {
      switch self {
      case .timeWeighted(let amount):
        Self.smooth(&result, pass, at: series.steps, range, bulk, timeWeighted: amount)
      case .tensorBoard(let amount): Self.smooth(&result, pass, bulk, asTensorBoard: amount)
      }
    }
    return result
  }

  private static func smooth(
    _ values: inout [Double], _ pass: Range<Int>, at steps: [Double], _ range: Double,
    _ bulk: ClosedRange<Double>, timeWeighted amount: Double
  ) {
    let weight = min(amount.squareRoot(), 0.999)
    var (sum, divisor, previous) = (0.0, 0.0, 0.0)
    var (lastDistance, decay) = (-1.0, 1.0)
    for index in pass where bulk.contains(values[index]) {
      if divisor > 0, range > 0 {
        let distance = steps[index] - previous
        if distance != lastDistance {
          decay = power(weight, distance / range * 1000)
          lastDistance = distance
        }
      }
      previous = steps[index]
      sum = sum * decay + values[index]
      divisor = divisor * decay + 1
      // Sums of the largest numbers overflow; those stay as measured.
      if sum.isFinite { values[index] = sum / divisor }
    }
  }

  private static func smooth(
    _ values: inout [Double], _ pass: Range<Int>, _ bulk: ClosedRange<Double>,
    asTensorBoard amount: Double
  ) {
    let amount = min(amount, 0.999)
    var (average, remaining) = (0.0, 1.0)
    for index in pass where bulk.contains(values[index]) {
      average = average * amount + (1 - amount) * values[index]
      remaining *= amount
      if average.isFinite { values[index] = average / (1 - remaining) }
    }
  }
}
