/// The range of values that an axis shows.
package struct ValueDomain: Sendable, Hashable {
  /// The ends.
  package let range: ClosedRange<Double>

  /// Whether the axis is logarithmic.
  package let isLogarithmic: Bool

  /// Whether values below or above are left out because they would flatten all others.
  package let clipsLow: Bool
  package let clipsHigh: Bool

  /// Whether any values are left out.
  var isClipped: Bool { clipsLow || clipsHigh }

  /// The values that are not left out.
  var unclipped: ClosedRange<Double> {
    let all = Double.greatestFiniteMagnitude
    return (clipsLow ? range.lowerBound : -all)...(clipsHigh ? range.upperBound : all)
  }

  /// The domain of an axis for `values`, which must be finite.
  ///
  /// - Parameters:
  ///   - count: the number of ticks wanted; a linear axis ends at ticks.
  package init(
    of values: [Double], logScale: ChartOptions.LogScale, tickCount count: Double
  ) {
    let values = values.isEmpty ? [0] : values
    var statistics = Statistics(of: values)
    var isLogarithmic = false
    if logScale != .never {
      let isPositive = statistics.minimum > 0
      if logScale == .always, statistics.maximum > 0 {
        isLogarithmic = true
        if !isPositive { statistics = Statistics(of: values.filter { $0 > 0 }) }
      } else if isPositive, statistics.maximum / statistics.minimum >= 1000 {
        let logarithms = statistics.map(logarithm)
        // One spike does not make a quantity logarithmic.
        isLogarithmic = !logarithms.hasHighOutliers && !logarithms.hasLowOutliers
      }
    }
    let shown = isLogarithmic ? statistics.map(logarithm) : statistics
    clipsLow = shown.hasLowOutliers
    clipsHigh = shown.hasHighOutliers
    self.isLogarithmic = isLogarithmic
    range = Self.range(
      from: clipsLow ? shown.low : shown.minimum, to: clipsHigh ? shown.high : shown.maximum,
      isLogarithmic: isLogarithmic, tickCount: count)
  }

  /// The domain of an axis for the values of a param, none of which is left out.
  ///
  /// Logarithmic when they span a factor of 50 and lie more evenly so: that is how learning rates
  /// are chosen, and not how dropout is.
  package init(ofParam values: [Double], tickCount count: Double) {
    let values = values.isEmpty ? [0] : values.sorted()
    var (low, middle, high) = (values[0], values[values.count / 2], values[values.count - 1])
    isLogarithmic =
      low > 0 && high / low >= 50
      && logarithm(middle / low) / logarithm(high / low) - 0.5 < 0.5 - (middle - low) / (high - low)
    if isLogarithmic { (low, high) = (logarithm(low), logarithm(high)) }
    (clipsLow, clipsHigh) = (false, false)
    range = Self.range(
      from: low, to: high, isLogarithmic: isLogarithmic, tickCount: count)
  }

  /// The ends of an axis; of a logarithmic one `low` and `high` are logarithms.
  private static func range(
    from low: Double, to high: Double, isLogarithmic: Bool, tickCount count: Double
  ) -> ClosedRange<Double> {
    if isLogarithmic {
      let padding = max((high - low) * 0.03, 0.02)
      return power(10, max(low - padding, -300))...power(10, min(high + padding, 300))
    }
    let ends = widened(from: low, to: high)
    if ends.lowerBound < low { return ends }
    let (niceLow, niceHigh) = LinearTicks.nice(
      from: ends.lowerBound, to: ends.upperBound, count: count)
    return niceLow...niceHigh
  }

  /// The range of `values`, without those that would flatten all others.
  package static func bulk(of values: [Double]) -> ClosedRange<Double> {
    guard !values.isEmpty else { return -1...1 }
    let statistics = Statistics(of: values)
    return widened(
      from: statistics.hasLowOutliers ? statistics.low : statistics.minimum,
      to: statistics.hasHighOutliers ? statistics.high : statistics.maximum)
  }

  /// Ends that differ by enough to calculate with; those of a constant are 5% from it.
  private static func widened(from low: Double, to high: Double) -> ClosedRange<Double> {
    let (low, high) = (min(max(low, -1e300), 1e300), min(max(high, -1e300), 1e300))
    let magnitude = max(low.magnitude, high.magnitude)
    if magnitude < 1e-290 { return -1...1 }
    if high - low > magnitude * 1e-13 { return low...high }
    return low - magnitude * 0.05...high + magnitude * 0.05
  }

  /// Ends of the values and of the bulk of them.
  private struct Statistics {
    var count: Int
    var minimum: Double
    /// The 0.5th percentile.
    var low: Double
    /// The 99.5th percentile.
    var high: Double
    var maximum: Double

    /// A few values have no bulk that others could lie outside of.
    private var isMany: Bool { count >= 20 }
    var hasHighOutliers: Bool { isMany && maximum - high > 3 * (high - low) && high > low }
    var hasLowOutliers: Bool { isMany && low - minimum > 3 * (high - low) && high > low }

    init(of values: [Double]) {
      count = values.count
      var values = values
      let margin = Double(count - 1) * 0.005
      let last = count - 1
      // Rounded inwards, so that one value of a hundred can be an outlier.
      let lowIndex = Int(margin.rounded(.up))
      let highIndex = last - lowIndex
      values.partition(around: lowIndex, in: 0..<count)
      low = values[lowIndex]
      minimum = values[...lowIndex].min() ?? low
      if highIndex > lowIndex { values.partition(around: highIndex, in: lowIndex..<count) }
      high = values[max(highIndex, 0)]
      maximum = values[max(highIndex, 0)...].max() ?? high
      if highIndex < lowIndex { (minimum, maximum) = (values.min() ?? low, values.max() ?? low) }
    }

    func map(_ transform: (Double) -> Double) -> Self {
      var result = self
      result.minimum = transform(minimum)
      result.low = transform(low)
      result.high = transform(high)
      result.maximum = transform(maximum)
      return result
    }
  }
}

extension [Double] {
  /// Reorders `range` so that the element at `position` is the one that sorting would put there,
  /// smaller ones before and larger ones after it. Hoare's selection; O(n) on average.
  mutating func partition(around position: Int, in range: Range<Int>) {
    var (low, high) = (range.lowerBound, range.upperBound - 1)
    while low < high {
      let (a, b, c) = (self[low], self[(low + high) / 2], self[high])
      let pivot = Swift.max(Swift.min(a, b), Swift.min(Swift.max(a, b), c))
      var (i, j) = (low, high)
      while i <= j {
        while self[i] < pivot { i += 1 }
        while self[j] > pivot { j -= 1 }
        if i <= j {
          swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if position <= j {
        high = j
      } else if position >= i {
        low = i
      } else {
        return
      }
    }
  }
}
