internal import KeepsakeModel

/// The geometry of a line chart.
struct LineChartLayout: Sendable {
  /// Where the names of series stand.
  enum Labels: Sendable {
    case none
    /// At the right end of the lines.
    case direct
    /// In a list above the picture, for long names.
    case legend
  }

  let id: String
  let selection: String?
  let goal: PrimaryMetric.Goal?
  let fidelity: ChartOptions.Fidelity

  /// The lines, in the given order.
  let curves: [Curve]

  /// The positions of the lines with a colour, best first where there are too many for all.
  let named: [Int]

  /// The 10th to 90th percentile of more lines than anyone can tell apart.
  let crowd: Crowd?

  /// The curve that has the best value of all, where it is to be marked.
  let best: Int?

  let labels: Labels
  let frame: ChartFrame
  let domain: ValueDomain
  let xScale: AxisScale
  let yScale: AxisScale
  let xTicks: [Double]
  let yTicks: [Double]
  let xFormat: AxisLabelFormat
  let yFormat: AxisLabelFormat
  let axis: HorizontalAxis
  let smoothing: SmoothingMethod?

  /// How many values would flatten all others, and are left out of averages.
  let unsmoothedCount: Int

  /// The most columns that a line may have, so that a chart stays below 6,000 raw points.
  let columns: Int

  init(_ chart: LineChart) {
    id = chart.id
    selection = chart.selection
    goal = chart.goal
    fidelity = chart.options.fidelity
    let axis = HorizontalAxis(chart.options.xAxis, of: chart.series)
    self.axis = axis
    let series = chart.series.map(axis.placed)
    let range = Self.stepRange(of: series)

    var curves = series.enumerated().map { index, series in
      Curve(series, goal: chart.goal, slot: index)
    }
    let ranked = Self.ranked(curves, goal: chart.goal)
    named = curves.count <= Palette.count ? Array(curves.indices) : Array(ranked.prefix(8))
    if curves.count > Palette.count {
      for index in curves.indices { curves[index].slot = nil }
      for (slot, index) in named.enumerated() { curves[index].slot = slot }
    }
    let longest = series.map(\.values.count).max() ?? 0
    smoothing = chart.options.smoothing.method(forCount: longest)
    let best = chart.showsBest && chart.goal != nil ? ranked.first { curves[$0].best != nil } : nil
    self.best = best
    func fitted(_ curves: [Curve]) -> ValueDomain {
      ValueDomain(
        of: Self.shownValues(of: curves, best: best), logScale: chart.options.logScale,
        tickCount: ChartFrame.verticalTickCount)
    }
    var domain = fitted(curves)
    var unsmoothedCount = 0
    if let smoothing {
      let bulk = domain.unclipped
      let unit = SmoothingMethod.unit(of: range.upperBound - range.lowerBound, count: longest)
      for index in curves.indices {
        curves[index].smoothed = smoothing.smoothed(
          curves[index].series, unit: unit, of: bulk)
        if domain.isClipped {
          unsmoothedCount += curves[index].series.values.count { $0.isFinite && !bulk.contains($0) }
        }
      }
      if curves.count >= 3 { domain = fitted(curves) }
    }
    self.unsmoothedCount = unsmoothedCount
    if domain.isLogarithmic {
      for index in curves.indices { curves[index].split(isLogarithmic: true) }
    }
    self.domain = domain
    self.curves = curves
    crowd = curves.count > 40 ? Crowd(of: curves, in: range) : nil

    let (low, high) = (domain.range.lowerBound, domain.range.upperBound)
    if domain.isLogarithmic {
      let ticks = LogTicks(from: low, to: high, count: ChartFrame.verticalTickCount)
      yTicks = ticks.labelled
      yFormat = ticks.format
    } else {
      let ticks = LinearTicks(from: low, to: high, count: ChartFrame.verticalTickCount)
      yTicks = ticks.values
      yFormat = AxisLabelFormat(largest: max(low.magnitude, high.magnitude), step: ticks.step)
    }
    let longestLabel = yTicks.map(yFormat.width).max() ?? 0
    if curves.count < 2 {
      labels = .none
    } else {
      let isShort = named.allSatisfy { LabelLayout.width(of: curves[$0].series.label) <= 14 }
      labels = isShort ? .direct : .legend
    }
    frame = ChartFrame(
      left: min(max(520, 80 + 76 * longestLabel), 1600), right: labels == .direct ? 5280 : 6240)
    xScale = AxisScale(domain: range, start: frame.left, end: frame.right)
    yScale = AxisScale(
      domain: domain.range, start: frame.bottom, end: frame.top,
      isLogarithmic: domain.isLogarithmic)

    // Steps are counted, unlike time: there is no tick between two of them.
    let ideal = LinearTicks(
      from: range.lowerBound, to: range.upperBound, count: frame.horizontalTickCount)
    let ticks =
      ideal.step < 1 && axis.isCounted
      ? LinearTicks(from: range.lowerBound, to: range.upperBound, step: 1) : ideal
    xTicks = ticks.values
    xFormat = AxisLabelFormat(largest: range.upperBound.magnitude, step: ticks.step)
    let passCount = curves.reduce(0) { $0 + $1.series.passes.count }
    columns = min(frame.columns, max(1, 3000 / max(1, passCount)))
  }

  /// The position of a step and a value.
  func point(_ step: Double, _ value: Double) -> (x: Int, y: Int) {
    (xScale.position(step), yScale.position(value))
  }

  /// The position of a corner of a line; beyond the plot where values are, from which a clip path cuts
  /// the line off: one that ran along the edge would look like measured values.
  func corner(_ step: Double, _ value: Double) -> (x: Int, y: Int) {
    domain.isClipped
      ? (xScale.position(step), yScale.openPosition(value)) : point(step, value)
  }

  /// Whether lines are drawn as measured, faintly, beneath the smoothed ones.
  var showsRaw: Bool { smoothing != nil && curves.count < 3 }

  /// Whether a line is calm enough to carry dashes.
  func isCalm(_ curve: Curve) -> Bool {
    let values = curve.drawn
    let height = domain.range.upperBound - domain.range.lowerBound
    if domain.isLogarithmic { return smoothing != nil || values.count <= 100 }
    var travel = 0.0
    for run in curve.runs {
      for index in run.dropFirst() { travel += (values[index] - values[index - 1]).magnitude }
    }
    return travel < 4 * height
  }

  private static func stepRange(of series: [ChartSeries]) -> ClosedRange<Double> {
    let ranges = series.compactMap(\.stepRange)
    let low = ranges.map(\.lowerBound).min() ?? 0
    let high = ranges.map(\.upperBound).max() ?? 0
    return low < high ? low...high : low - 1...high + 1
  }

  /// The positions of curves, best first; without a goal in the given order.
  private static func ranked(_ curves: [Curve], goal: PrimaryMetric.Goal?) -> [Int] {
    guard let goal else { return Array(curves.indices) }
    let worst = goal == .minimize ? Double.infinity : -Double.infinity
    let values = curves.map { curve in curve.best.map { curve.series.values[$0] } ?? worst }
    return curves.indices.sorted {
      values[$0] == values[$1]
        ? $0 < $1 : goal == .minimize ? values[$0] < values[$1] : values[$0] > values[$1]
    }
  }

  /// Every finite value that the chart draws.
  private static func shownValues(of curves: [Curve], best: Int?) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(curves.reduce(0) { $0 + $1.series.values.count })
    for curve in curves {
      let source = curves.count < 3 ? curve.series.values : curve.drawn
      for run in curve.runs {
        if let band = curve.series.band {
          for index in run where band.deviations[index].isFinite {
            values.append(source[index] - band.deviations[index])
            values.append(source[index] + band.deviations[index])
          }
        } else {
          values.append(contentsOf: source[run])
        }
      }
    }
    if let best, let index = curves[best].best { values.append(curves[best].series.values[index]) }
    return values
  }
}
