package import KeepsakeModel

/// One line of a chart.
package struct ChartSeries: Sendable, Hashable {
  /// The spread around the line: mean ± standard deviation over runs.
  package struct Band: Sendable, Hashable {
    /// The distance from the value to each edge of the band, for each value.
    package var deviations: [Double]
    /// The number of runs.
    package var count: Int
  }

  /// The name that readers see.
  package var label: String

  /// The name that scripts find the series' data by: `data-series`.
  package var key: String

  /// Where the name leads in legends and tables.
  package var href: String?

  /// The training steps, ascending and finite.
  package private(set) var steps: [Double]

  /// The value at each step; not finite where something not finite was recorded.
  package private(set) var values: [Double]

  /// The spread around the line, where it is a mean.
  package internal(set) var band: Band?

  /// A series of values at steps, which are sorted if they are not.
  package init(
    label: String, key: String = "", href: String? = nil, steps: [Double], values: [Double]
  ) {
    precondition(steps.count == values.count, "a series has a value for each step")
    self.label = label
    self.key = key
    self.href = href
    self.steps = steps
    self.values = values
    sortBySteps()
  }

  /// The recorded values of a metric.
  ///
  /// Rows without the metric are left out, rows with a recorded NaN are not; text is left out.
  package init(
    label: String, key: String = "", href: String? = nil, column: MetricColumn,
    steps: [Int64]
  ) {
    self.label = label
    self.key = key
    self.href = href
    self.steps = []
    self.values = []
    self.steps.reserveCapacity(column.rows.count)
    values.reserveCapacity(column.rows.count)
    for row in column.rows {
      let number = column.number(at: row)
      switch column.kind(at: row) {
      case .number, .integer: break
      case .missing: continue
      case .other: if number.isNaN { continue }
      }
      self.steps.append(Double(steps[row]))
      values.append(number)
    }
    sortBySteps()
  }

  private mutating func sortBySteps() {
    var isSorted = true
    var previous = -Double.infinity
    for step in steps {
      if !(step >= previous && step < .infinity) { isSorted = false }
      previous = step
    }
    if isSorted { return }
    let order = steps.indices.filter { steps[$0].isFinite }
      .sorted { (steps[$0], $0) < (steps[$1], $1) }
    (steps, values) = (order.map { steps[$0] }, order.map { values[$0] })
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

  /// The series with steps 1, 2, 3 …
  func numbered() -> ChartSeries {
    var copy = self
    copy.steps = (0..<steps.count).map { Double($0 + 1) }
    return copy
  }
}
