internal import KeepsakeModel

/// The geometry of a parallel coordinates chart.
struct ParallelLayout: Sendable {
  /// The height of the picture, in units: more than that of other charts, for lines to part.
  static let height = 340

  /// The vertical extent of the axes, in tenths, and where lines pass that have no value.
  static let top = 520
  static let bottom = 2900
  static let missing = 3060

  /// One axis.
  struct Axis: Sendable {
    var values: ChartValues
    /// How strongly the metric's ranks depend on it; `nil` for the metric.
    var dependence: Double?
    /// The horizontal position in tenths.
    var x: Int
    var scale: AxisScale
    var ticks: [Double]
    var format: AxisLabelFormat
    var categories: [String]
    /// The vertical position of each experiment.
    var positions: [Int]
    /// Whether some experiment has no value.
    var hasMissing: Bool
  }

  /// The params, the strongest last, and the metric.
  let axes: [Axis]

  /// The experiments with a finite metric, best first.
  let ranked: [Int]

  /// Those that are drawn: the best ones and an even choice of the others, best first.
  let drawn: [Int]

  /// The number of params that vary, shown or not.
  let varyingCount: Int

  init(_ chart: ParallelCoordinates) {
    let metric = chart.metric.positions(among: [])
    let goal = chart.goal
    let ranked = metric.indices.filter { metric[$0].isFinite }
      .sorted { a, b in
        metric[a] == metric[b]
          ? a < b : goal == .minimize ? metric[a] < metric[b] : metric[a] > metric[b]
      }
    self.ranked = ranked
    drawn = Self.choice(of: ranked)

    let varying = chart.params.filter(\.isVarying)
    varyingCount = varying.count
    let dependences = varying.map { $0.dependence(of: metric) ?? 0 }
    let strongest = varying.indices.sorted { a, b in
      let (x, y) = (dependences[a].magnitude, dependences[b].magnitude)
      return x == y ? a < b : x > y
    }
    let shown = Array(strongest.prefix(7).reversed())
    var axes = shown.map { Axis(values: varying[$0], dependence: dependences[$0]) }
    axes.append(Axis(values: chart.metric, dependence: nil))
    // The labels of the first axis have no neighbour to the left, but the edge of the picture.
    let longest = axes[0].labels.map(axes[0].width).max() ?? 0
    let left = min(max(560, Self.labelGap + 70 * longest + 20), 1100)
    let right = 5840
    gap = shown.isEmpty ? right - left : (right - left) / shown.count
    for place in axes.indices {
      axes[place].x = left + (right - left) * place / max(1, shown.count)
    }
    self.axes = axes
  }

  /// The distance between axes.
  let gap: Int

  /// The distance from labels to their axis.
  static let labelGap = 60

  /// How many letters a label of an axis has room for.
  func labelWidth(of place: Int) -> Int {
    let room = place == 0 ? axes[0].x - Self.labelGap : min(gap, 900)
    return max(6, room / 70)
  }

  /// At most 500: the best 8, and every n-th of the others.
  private static func choice(of ranked: [Int]) -> [Int] {
    guard ranked.count > 500 else { return ranked }
    let others = ranked.dropFirst(8)
    return Array(ranked.prefix(8))
      + (0..<492).map { others[others.startIndex + $0 * others.count / 492] }
  }
}

extension ParallelLayout.Axis {
  /// The values that carry a label: ticks, or at most a dozen categories.
  var labels: [Double] {
    guard !categories.isEmpty else { return ticks }
    let stride = (categories.count + 11) / 12
    return Swift.stride(from: 0, to: categories.count, by: stride).map(Double.init)
  }

  /// How many letters wide a label is.
  fileprivate func width(of label: Double) -> Int {
    categories.isEmpty
      ? format.width(of: label) : LabelLayout.width(of: categories[Int(label)])
  }

  fileprivate init(values: ChartValues, dependence: Double?) {
    self.values = values
    self.dependence = dependence
    x = 0
    let categories = values.categories
    self.categories = categories
    let positions = values.positions(among: categories)
    let finite = positions.filter(\.isFinite)
    let isMetric = dependence == nil
    let domain =
      isMetric
      ? ValueDomain(of: finite, logScale: .automatic, tickCount: 5)
      : ValueDomain(ofParam: finite, tickCount: 5)
    let labels =
      isMetric
      ? ScatterLayout.ticks(of: domain, count: 5)
      : ScatterLayout.ticks(ofParam: finite, domain: domain, count: 5)
    ticks = labels.ticks
    format = labels.format
    let range =
      categories.isEmpty ? domain.range : -0.5...Double(max(1, categories.count)) - 0.5
    let scale = AxisScale(
      domain: range, start: ParallelLayout.bottom, end: ParallelLayout.top,
      isLogarithmic: domain.isLogarithmic && categories.isEmpty)
    self.scale = scale
    hasMissing = !isMetric && positions.contains { $0.isNaN }
    self.positions = positions.map {
      $0.isNaN ? ParallelLayout.missing : scale.position($0)
    }
  }
}
