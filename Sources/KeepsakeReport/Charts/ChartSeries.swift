package import KeepsakeModel

/// One line of a chart.
package struct ChartSeries: Sendable, Hashable {
  /// The spread around the line: mean ± standard deviation over runs.
  package struct Band: Sendable, Hashable {
    /// The distance from the value to each edge of the band, for each value.
    package var deviations: [Double]
    /// The number of runs.
    package var count: Int
    /// The last step of the longest run; the line ends with the shortest.
    package internal(set) var longest: Double
  }

  /// The name that readers see.
  package var label: String

  /// What sentences call it.
  package var shortLabel: String

  /// The name that scripts find the series' data by: `data-series`.
  package var key: String

  /// Where the name leads in legends and tables.
  package var href: String?

  /// Where the values stand, finite, in recorded order: training steps, or seconds since the start of
  /// the experiment.
  package private(set) var steps: [Double]

  /// The value at each step; not finite where something not finite was recorded.
  package private(set) var values: [Double]

  /// The passes, in recorded order: positions between which the steps never go back.
  ///
  /// A run that is resumed from an earlier step begins a pass, whose values stand beside those that
  /// were recorded there before.
  package private(set) var passes: [Range<Int>] = []

  /// The spread around the line, where it is a mean.
  package internal(set) var band: Band?

  /// A series of values at steps; what has no finite step is left out.
  package init(
    label: String, key: String = "", href: String? = nil, steps: [Double], values: [Double]
  ) {
    precondition(steps.count == values.count, "a series has a value for each step")
    self.label = label
    shortLabel = label
    self.key = key
    self.href = href
    self.steps = steps
    self.values = values
    findPasses()
  }

  /// The recorded values of a metric.
  ///
  /// Rows without the metric are left out, rows with a recorded NaN are not; text is left out, and on
  /// an axis of time what was recorded at an unknown one.
  package init(
    label: String, key: String = "", href: String? = nil, column: MetricColumn,
    of experiment: Experiment, over axis: ChartOptions.XAxis = .step
  ) {
    self.label = label
    shortLabel = label
    self.key = key
    self.href = href
    steps = []
    values = []
    steps.reserveCapacity(column.rows.count)
    values.reserveCapacity(column.rows.count)
    let checkpoints = experiment.checkpoints
    for row in column.rows where column.isDrawn(at: row) {
      switch axis {
      case .step: steps.append(Double(checkpoints.steps[row]))
      case .time: steps.append(experiment.age(of: row) ?? .nan)
      }
      values.append(column.number(at: row))
    }
    findPasses()
  }

  private mutating func findPasses() {
    if !steps.allSatisfy(\.isFinite) {
      let kept = steps.indices.filter { steps[$0].isFinite }
      (steps, values) = (kept.map { steps[$0] }, kept.map { values[$0] })
    }
    passes = Self.passes(of: steps)
    // Writers that take turns, not a run that went back.
    guard passes.count > 4, passes.count * 4 > steps.count else { return }
    let order = steps.indices.sorted { (steps[$0], $0) < (steps[$1], $1) }
    (steps, values) = (order.map { steps[$0] }, order.map { values[$0] })
    passes = [steps.indices]
  }

  private static func passes(of steps: [Double]) -> [Range<Int>] {
    guard var previous = steps.first else { return [] }
    var passes: [Range<Int>] = []
    var start = 0
    for (position, step) in steps.enumerated() {
      if step < previous {
        passes.append(start..<position)
        start = position
      }
      previous = step
    }
    passes.append(start..<steps.count)
    return passes
  }

  /// The lowest and the highest step; `nil` where there are no values.
  var stepRange: ClosedRange<Double>? {
    let lowest = passes.lazy.map { steps[$0.lowerBound] }.min()
    let highest = passes.lazy.map { steps[$0.upperBound - 1] }.max()
    guard let lowest, let highest else { return nil }
    return lowest...highest
  }

  /// The position of the value at a step, the newest where the steps went back; `nil` where none was
  /// recorded.
  func position(at step: Double) -> Int? {
    for pass in passes.reversed() {
      let position = steps.firstPosition(notBelow: step, in: pass)
      if position < pass.upperBound, steps[position] == step { return position }
    }
    return nil
  }

  /// What each pass has that no later one replaced: one that goes back replaces what earlier ones had
  /// from there on.
  var current: [Range<Int>] {
    var kept: [Range<Int>] = []
    var limit = Double.infinity
    for pass in passes.reversed() {
      kept.append(pass.lowerBound..<steps.firstPosition(notBelow: limit, in: pass))
      limit = min(limit, steps[pass.lowerBound])
    }
    return kept.reversed()
  }

  /// One line of ascending steps, without what was replaced.
  ///
  /// - Parameter values: a value for each step, such as the smoothed ones.
  func currentLine(of values: [Double]) -> (steps: [Double], values: [Double]) {
    guard passes.count > 1 else { return (steps, values) }
    return (current.flatMap { steps[$0] }, current.flatMap { values[$0] })
  }

  /// The position of the best finite value; of equals the last, as everywhere. `nil` without one.
  package func best(for goal: PrimaryMetric.Goal) -> Int? {
    var best: Int?
    var bestValue = goal == .minimize ? Double.infinity : -Double.infinity
    for index in values.indices where values[index].isFinite {
      let value = values[index]
      if goal == .minimize ? value <= bestValue : value >= bestValue {
        best = index
        bestValue = value
      }
    }
    return best
  }

  /// The series in another unit of steps, which is `length` of the one before.
  func divided(by length: Double) -> ChartSeries {
    var copy = self
    copy.steps = steps.map { $0 / length }
    copy.band?.longest /= length
    return copy
  }

  /// The series with steps 1, 2, 3 …
  func numbered() -> ChartSeries {
    var copy = self
    copy.steps = (0..<steps.count).map { Double($0 + 1) }
    copy.passes = steps.isEmpty ? [] : [steps.indices]
    return copy
  }
}

extension Experiment {
  /// The time from its start to the recording of a checkpoint, in seconds; `nil` where either is
  /// unknown.
  func age(of row: Int) -> Double? {
    let moment = checkpoints.created[row]
    guard created.isKnown, moment.isKnown else { return nil }
    return moment.since(created) / .seconds(1)
  }
}
