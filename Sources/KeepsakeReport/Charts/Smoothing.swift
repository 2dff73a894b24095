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
  /// densely values were logged; the root of `amount` is the weight at a distance of ``unit(of:count:)``.
  case timeWeighted(Double)
  /// As TensorBoard does it: older values count less by the number of values since.
  case tensorBoard(Double)

  /// A thousandth of an axis of length `range`; where the longest line has fewer values, their mean
  /// distance, as a thousandth of the axis would smooth nothing.
  package static func unit(of range: Double, count: Int) -> Double {
    range / Double(max(1, min(1000, count - 1)))
  }

  /// The smoothed values.
  ///
  /// - Parameters:
  ///   - unit: the distance in steps by which weights go; see ``unit(of:count:)``.
  ///   - bulk: the values that count.
  package func smoothed(
    _ series: ChartSeries, unit: Double,
    of bulk: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
  ) -> [Double] {
    var result = series.values
    for pass in series.passes {
      switch self {
      case .timeWeighted(let amount):
        Self.smooth(&result, pass, at: series.steps, unit, bulk, timeWeighted: amount)
      case .tensorBoard(let amount): Self.smooth(&result, pass, bulk, asTensorBoard: amount)
      }
    }
    return result
  }

  private static func smooth(
    _ values: inout [Double], _ pass: Range<Int>, at steps: [Double], _ unit: Double,
    _ bulk: ClosedRange<Double>, timeWeighted amount: Double
  ) {
    let weight = min(amount.squareRoot(), 0.999)
    var (sum, divisor, previous) = (0.0, 0.0, 0.0)
    var (lastDistance, decay) = (-1.0, 1.0)
    for index in pass where bulk.contains(values[index]) {
      if divisor > 0, unit > 0 {
        let distance = steps[index] - previous
        if distance != lastDistance {
          decay = power(weight, distance / unit)
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
