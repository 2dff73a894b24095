/// Ticks of a logarithmic axis: multiples of powers of ten, of which some carry a label.
///
/// The same ticks and labels as d3-scale's `scaleLog`.
package struct LogTicks: Sendable, Hashable {
  /// All ticks, ascending.
  package let values: [Double]

  /// Those with a label.
  package let labelled: [Double]

  /// How the labels are written.
  package let format: AxisLabelFormat

  /// About `count` ticks from `start` to `end`, with 0 < `start` < `end`.
  package init(from start: Double, to end: Double, count: Double) {
    let low = logarithm(start)
    let high = logarithm(end)
    var ticks: [Double] = []
    if high - low < count {
      for exponent in Int(low.rounded(.down))...Int(high.rounded(.up)) {
        let power = PowersOfTen.double(exponent)
        for mantissa in 1...9 {
          // Dividing by 10^3 is exact where multiplying by 10^-3 is not.
          let tick =
            exponent < 0
            ? Double(mantissa) / PowersOfTen.double(-exponent) : Double(mantissa) * power
          if tick >= start, tick <= end { ticks.append(tick) }
        }
      }
    } else {
      ticks = LinearTicks(from: low, to: high, count: min(high - low, count)).values
        .filter { $0 == $0.rounded() }.map { PowersOfTen.double(Int($0)) }
    }
    if Double(ticks.count) * 2 < count {
      let linear = LinearTicks(from: start, to: end, count: count)
      values = linear.values
      labelled = linear.values
      format = AxisLabelFormat(largest: linear.values.last ?? end, step: linear.step)
    } else {
      let limit = max(1, 10 * count / Double(ticks.count))
      values = ticks
      labelled = ticks.filter { Self.mantissa($0) <= limit }
      format = AxisLabelFormat(
        shortestFrom: labelled.first ?? start, to: labelled.last ?? end)
    }
  }

  private static func mantissa(_ tick: Double) -> Double {
    Double(ShortestDecimal(tick).rounded(significant: 1).digits)
  }
}
