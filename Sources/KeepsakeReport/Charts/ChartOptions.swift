/// Choices about the charts of a report.
package struct ChartOptions: Sendable, Hashable {
  /// How lines are smoothed.
  package enum Smoothing: Sendable, Hashable {
    /// Time-weighted with 0.6 for series of more than 200 values, not at all for shorter ones.
    case automatic
    /// Not at all.
    case none
    /// An exponential moving average weighted by distance in steps, from 0 to 1.
    case timeWeighted(Double)
    /// TensorBoard's exponential moving average, from 0 to 1, one weight per value.
    case tensorBoard(Double)
  }

  /// Whether an axis is logarithmic.
  package enum LogScale: Sendable, Hashable {
    /// When all values are positive and span three orders of magnitude.
    case automatic
    case always
    case never
  }

  /// What values stand over.
  package enum XAxis: String, Sendable, Hashable {
    /// The training step.
    case step
    /// The time since the experiment's start.
    case time
  }

  /// How many points of a long series are drawn.
  package enum Fidelity: String, Sendable, Hashable {
    /// The minimum and the maximum of each pixel column.
    case normal
    /// Also the first and the last.
    case high
  }

  package var smoothing: Smoothing
  package var logScale: LogScale
  package var fidelity: Fidelity
  package var xAxis: XAxis

  /// Options; without arguments those of a report that asks for nothing special.
  package init(
    smoothing: Smoothing = .automatic, logScale: LogScale = .automatic,
    fidelity: Fidelity = .normal, xAxis: XAxis = .step
  ) {
    self.smoothing = smoothing
    self.logScale = logScale
    self.fidelity = fidelity
    self.xAxis = xAxis
  }
}
