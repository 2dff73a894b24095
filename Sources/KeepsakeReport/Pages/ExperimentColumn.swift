internal import KeepsakeModel

/// A column of the table of experiments, on pages and for the script: one list serves both.
struct ExperimentColumn: Sendable {
  /// What its cells show.
  enum Content: Sendable, Hashable {
    case id
    case status
    /// The site's metric at its best.
    case score
    /// How far a metric is from the baseline's.
    case delta(String)
    case trend
    /// The step of the best checkpoint.
    case step
    case created
    case duration
    case param(String)
    /// Another metric, at the checkpoint of the score.
    case metric(String)
    case size
  }

  let content: Content

  /// The heading.
  let name: String

  /// The heading over it and its neighbours; empty for none.
  let group: String

  /// Whether its values are numbers, which stand at the right.
  let isNumeric: Bool

  /// Whether it is shown unasked; the others can be chosen.
  let isShown: Bool

  /// Its name in links and in the script; unique.
  var key: String {
    switch content {
    case .id: "id"
    case .status: "status"
    case .score: "score"
    case .delta(let metric): "d:\(metric)"
    case .trend: "trend"
    case .step: "step"
    case .created: "created"
    case .duration: "duration"
    case .param(let name): "p:\(name)"
    case .metric(let name): "m:\(name)"
    case .size: "size"
    }
  }

  /// By what the table is sorted when it is sorted by this column; `nil` where it cannot be.
  var field: ExperimentField? {
    switch content {
    case .status: .status
    case .created: .created
    case .score, .param, .metric: .named(name)
    default: nil
    }
  }
}

/// The columns of the table of experiments.
struct ExperimentColumns: Sendable {
  /// At most so many params, and metrics besides the primary one, are shown unasked; all are on
  /// the experiments' pages and in the CSV.
  private static let shownLimit = (params: 10, metrics: 5)

  /// At most so many are offered, or more while the table has less than ``cellLimit`` cells of each
  /// kind: the script loads all of them.
  private static let limit = (params: 60, metrics: 40)
  private static let cellLimit = 50_000

  /// All columns, from left to right.
  let all: [ExperimentColumn]

  /// Those shown unasked.
  var shown: [ExperimentColumn] { all.filter(\.isShown) }

  /// How many params that vary, and how many metrics, are not shown unasked.
  let hidden: (params: Int, metrics: Int)

  init(_ context: SiteContext, hasSizes: Bool) {
    let overview = context.overview
    let hasBaseline = Baseline(context) != nil
    let roomy = Self.cellLimit / max(1, overview.experiments.count) / (hasBaseline ? 2 : 1)
    let limit = (
      params: max(Self.limit.params, roomy), metrics: max(Self.limit.metrics, roomy)
    )
    let goal = overview.metric
    let best = "Best checkpoint"
    let others = goal == nil ? "Latest checkpoint" : "At that step"
    let shownParams = Set(Self.params(of: overview).map(\.name))
    let shownMetrics = overview.otherMetrics.prefix(Self.shownLimit.metrics)
      .filter { overview.isCommon(count: overview.metricCounts[$0] ?? 0) }
    var columns: [ExperimentColumn] = []
    func add(
      _ content: ExperimentColumn.Content, _ name: String, group: String = "",
      isNumeric: Bool = true, isShown: Bool = true
    ) {
      columns.append(
        ExperimentColumn(
          content: content, name: name, group: group, isNumeric: isNumeric, isShown: isShown))
    }
    add(.id, "Experiment", isNumeric: false)
    add(.status, "Status", isNumeric: false)
    if let goal {
      // First of all, so that it is in sight on a phone.
      add(.score, goal.name, group: best)
      if hasBaseline { add(.delta(goal.name), "Δ \(goal.name)", group: best) }
      add(.trend, "Trend", group: best, isNumeric: false)
      add(.step, "Step", group: best)
    }
    add(.created, "Created (UTC)", isNumeric: false)
    add(.duration, "Duration")
    let varying = overview.params.varying
    let offered =
      varying.filter { shownParams.contains($0.name) }
      + varying.filter { !shownParams.contains($0.name) }
      .prefix(limit.params - shownParams.count)
    for param in offered {
      add(
        .param(param.name), param.name, group: "Params that differ", isNumeric: param.isNumeric,
        isShown: shownParams.contains(param.name))
    }
    for name in overview.otherMetrics.prefix(limit.metrics) {
      let isShown = shownMetrics.contains(name)
      add(.metric(name), name, group: others, isShown: isShown)
      if hasBaseline { add(.delta(name), "Δ \(name)", group: others, isShown: isShown) }
    }
    if hasSizes { add(.size, "Size") }
    all = columns
    hidden = (
      overview.params.varying.count - shownParams.count,
      overview.otherMetrics.count - shownMetrics.count
    )
  }

  /// The params that are shown unasked: those that most experiments have.
  static func params(of overview: Overview) -> [ParamSurvey.Varying] {
    let common = overview.params.varying.filter { overview.isCommon(count: $0.count) }
    guard common.count > shownLimit.params else { return common }
    return common.sorted {
      $0.count == $1.count ? $0.name.naturallyPrecedes($1.name) : $0.count > $1.count
    }
    .prefix(shownLimit.params).sorted { $0.name.naturallyPrecedes($1.name) }
  }
}

extension Overview {
  /// Whether something that `count` experiments have is worth a column: one that is almost empty
  /// says less than it takes room.
  func isCommon(count: Int) -> Bool { count * 10 >= experiments.count }
}
