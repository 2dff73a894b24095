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
/// Values that are not finite stay as they are and leave the average alone.
package enum SmoothingMethod: Sendable, Hashable {
  /// Older values count less by their distance in steps, so that the result does not depend on how
  /// densely values were logged; `amount` is the weight at a thousandth of the axis.
  case timeWeighted(Double)
  /// As TensorBoard does it: older values count less by the number of values since.
  case tensorBoard(Double)

  /// The smoothed values; `range` is the length of the chart's axis.
  package func smoothed(_ values: [Double], at steps: [Double], range: Double) -> [Double] {
    switch self {
    case .timeWeighted(let amount): Self.timeWeighted(values, steps, range, amount)
    case .tensorBoard(let amount): Self.tensorBoard(values, amount)
    }
  }

  private static func timeWeighted(
    _ values: [Double], _ steps: [Double], _ range: Double, _ amount: Double
  ) -> [Double] {
    var result = values
    let weight = min(amount.squareRoot(), 0.999)
    var (sum, divisor, previous) = (0.0, 0.0, 0.0)
    var (lastDistance, decay) = (-1.0, 1.0)
    for index in values.indices where values[index].isFinite {
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
      if sum.isFinite { result[index] = sum / divisor }
    }
    return result
  }

  private static func tensorBoard(_ values: [Double], _ amount: Double) -> [Double] {
    let amount = min(amount, 0.999)
    var result = values
    var (average, remaining) = (0.0, 1.0)
    for index in values.indices where values[index].isFinite {
      average = average * amount + (1 - amount) * values[index]
      remaining *= amount
      if average.isFinite { result[index] = average / (1 - remaining) }
    }
    return result
  }
}
