internal import KeepsakeModel

/// The geometry of a scatter chart.
struct ScatterLayout: Sendable {
  /// An experiment in the picture.
  struct Point: Sendable, Hashable {
    var experiment: Int
    /// The position in tenths.
    var x: Int
    var y: Int
  }

  /// Experiments with both values, in their order.
  let points: [Point]

  /// Experiments whose metric is beyond the axis, with the edge as their position.
  let clipped: [Point]

  /// Experiments whose metric is not finite, with the bottom as their position.
  let unplaced: [Point]

  /// The number of experiments that lack the param or the metric.
  let missing: Int

  /// The experiment with the best finite metric.
  let best: Int?

  let categories: [String]
  let frame: ChartFrame
  let xScale: AxisScale
  let yScale: AxisScale
  let xTicks: [Double]
  let yTicks: [Double]
  let xFormat: AxisLabelFormat
  let yFormat: AxisLabelFormat

  /// The heights of the marginal histograms' bars, in counts.
  let xCounts: [Int]
  let yCounts: [Int]

  init(_ chart: ScatterChart) {
    let categories = chart.param.categories
    let xs = chart.param.positions(among: categories)
    let ys = chart.metric.positions(among: [])
    let present = xs.indices.filter { xs[$0].isFinite && !ys[$0].isNaN }
    let finite = present.filter { ys[$0].isFinite }
    missing = xs.count - present.count

    let yDomain = ValueDomain(
      of: finite.map { ys[$0] }, logScale: .automatic, tickCount: ChartFrame.verticalTickCount)
    let y = Self.ticks(of: yDomain, count: ChartFrame.verticalTickCount)
    (yTicks, yFormat) = (y.ticks, y.format)
    let longest = y.ticks.map(y.format.width).max() ?? 0
    let frame = ChartFrame(
      left: min(max(520, 80 + 76 * longest), 1600), right: 5840, top: 520, bottom: 2400)
    self.frame = frame
    let count = frame.horizontalTickCount
    let placed = present.map { xs[$0] }
    let xDomain = ValueDomain(ofParam: placed, tickCount: count)
    let x = Self.ticks(ofParam: placed, domain: xDomain, count: count)
    (xTicks, xFormat) = (x.ticks, x.format)
    let range =
      categories.isEmpty ? xDomain.range : -0.5...Double(max(1, categories.count)) - 0.5
    let xScale = AxisScale(
      domain: range, start: frame.left + 60, end: frame.right - 60,
      isLogarithmic: xDomain.isLogarithmic && categories.isEmpty)
    let yScale = AxisScale(
      domain: yDomain.range, start: frame.bottom, end: frame.top,
      isLogarithmic: yDomain.isLogarithmic)
    self.xScale = xScale
    self.yScale = yScale
    self.categories = categories

    func point(_ index: Int) -> Point {
      var x = xs[index]
      if !categories.isEmpty {
        // Spread along the category, by the golden ratio, so that neighbours do not coincide.
        let spread = Double(index) * 0.618_033_988_749_894_9
        x += (spread - spread.rounded(.down) - 0.5) * 0.5
      }
      let y = ys[index].isFinite ? yScale.position(ys[index]) : frame.bottom
      return Point(experiment: index, x: xScale.position(x), y: y)
    }
    let domain = yDomain.range
    points = finite.filter { domain.contains(ys[$0]) }.map(point)
    clipped = finite.filter { !domain.contains(ys[$0]) }.map(point)
    unplaced = present.filter { !ys[$0].isFinite }.map(point)
    best = chart.goal.flatMap { goal in
      finite.min { goal == .minimize ? ys[$0] < ys[$1] : ys[$0] > ys[$1] }
    }
    xCounts = Self.counts(
      of: present.map { xScale.position(xs[$0]) }, from: frame.left + 60, to: frame.right - 60,
      bins: categories.isEmpty ? 20 : max(1, categories.count))
    yCounts = Self.counts(
      of: finite.filter { domain.contains(ys[$0]) }.map { yScale.position(ys[$0]) },
      from: frame.top, to: frame.bottom, bins: 20)
  }

  /// How many of `positions` are in each of `bins` equal parts of an axis.
  static func counts(of positions: [Int], from start: Int, to end: Int, bins: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: bins)
    for position in positions {
      counts[min(max((position - start) * bins / (end - start), 0), bins - 1)] += 1
    }
    return counts
  }

  /// The labelled ticks of an axis.
  static func ticks(
    of domain: ValueDomain, count: Double
  ) -> (ticks: [Double], format: AxisLabelFormat) {
    let (low, high) = (domain.range.lowerBound, domain.range.upperBound)
    if domain.isLogarithmic {
      let ticks = LogTicks(from: low, to: high, count: count)
      return (ticks.labelled, ticks.format)
    }
    let ticks = LinearTicks(from: low, to: high, count: count)
    return (
      ticks.values, AxisLabelFormat(largest: max(low.magnitude, high.magnitude), step: ticks.step)
    )
  }

  /// The labelled ticks of a param's axis: its values where there are few, round numbers otherwise.
  static func ticks(
    ofParam values: [Double], domain: ValueDomain, count: Double
  ) -> (ticks: [Double], format: AxisLabelFormat) {
    let different = Set(values).sorted()
    guard let first = different.first, let last = different.last, different.count <= 6 else {
      return ticks(of: domain, count: count)
    }
    let scale = AxisScale(
      domain: domain.range, start: 0, end: 1000, isLogarithmic: domain.isLogarithmic)
    let positions = different.map(scale.position)
    let isRoomy = zip(positions, positions.dropFirst()).allSatisfy { $1 - $0 >= 60 }
    if !isRoomy { return ticks(of: domain, count: count) }
    let ends = [first, last].map(\.magnitude)
    return (
      different, AxisLabelFormat(shortestFrom: ends.min() ?? 0, to: ends.max() ?? 0)
    )
  }
}
