internal import KeepsakeModel

/// A series prepared for drawing.
struct Curve: Sendable {
  /// What is not finite, and what a logarithmic axis cannot show.
  enum Gap: Sendable, Hashable {
    case notANumber
    case positiveInfinity
    case negativeInfinity
    case notPositive
  }

  /// A run of values of one gap kind, as positions in the series.
  struct GapRun: Sendable {
    var gap: Gap
    var range: Range<Int>
  }

  let series: ChartSeries

  /// The index of the colour, dash and shape; `nil` for a series in the neutral colour.
  var slot: Int?

  /// The position of the best value.
  let best: Int?

  /// The measured values, smoothed; `nil` when they are drawn as they are.
  var smoothed: [Double]?

  /// The runs of values that can be drawn, each within a pass.
  private(set) var runs: [Range<Int>] = []

  /// The runs between them.
  private(set) var gaps: [GapRun] = []

  init(_ series: ChartSeries, goal: PrimaryMetric.Goal?, slot: Int?) {
    self.series = series
    self.slot = slot
    best = goal.flatMap { series.best(for: $0) }
    split(isLogarithmic: false)
  }

  /// What the strong line shows.
  var drawn: [Double] { smoothed ?? series.values }

  /// The last value that can be drawn.
  var last: Int? { runs.last.map { $0.upperBound - 1 } }

  /// The runs, parted where a later pass replaced them; what was replaced begins with the value before,
  /// so that the line goes on.
  var parted: (current: [Range<Int>], replaced: [Range<Int>]) {
    guard series.passes.count > 1 else { return (runs, []) }
    var (current, replaced): ([Range<Int>], [Range<Int>]) = ([], [])
    var kept = series.current[...]
    var passes = series.passes[...]
    for run in runs {
      while let pass = passes.first, pass.upperBound <= run.lowerBound {
        passes.removeFirst()
        kept.removeFirst()
      }
      let end = kept.first?.upperBound ?? run.upperBound
      if run.lowerBound < end { current.append(run.lowerBound..<min(run.upperBound, end)) }
      if run.upperBound > end { replaced.append(max(run.lowerBound, end - 1)..<run.upperBound) }
    }
    return (current, replaced)
  }

  /// The number of values in gaps of one kind.
  func count(of gap: Gap) -> Int {
    gaps.reduce(0) { $0 + ($1.gap == gap ? $1.range.count : 0) }
  }

  /// Finds the runs and the gaps of an axis.
  mutating func split(isLogarithmic: Bool) {
    runs = []
    gaps = []
    let values = series.values
    let limit = isLogarithmic ? 0 : -Double.infinity
    for pass in series.passes {
      var index = pass.lowerBound
      let end = pass.upperBound
      while index < end {
        let start = index
        if let gap = Self.gap(of: values[index], isLogarithmic) {
          while index < end, Self.gap(of: values[index], isLogarithmic) == gap { index += 1 }
          gaps.append(GapRun(gap: gap, range: start..<index))
        } else {
          while index < end, values[index] > limit, values[index] < .infinity { index += 1 }
          runs.append(start..<index)
        }
      }
    }
  }

  private static func gap(of value: Double, _ isLogarithmic: Bool) -> Gap? {
    if value.isNaN { return .notANumber }
    if value == .infinity { return .positiveInfinity }
    if value == -.infinity { return .negativeInfinity }
    return isLogarithmic && value <= 0 ? .notPositive : nil
  }
}
