internal import KeepsakeModel

/// What a site says about all experiments together, worked out once.
struct Overview: Sendable {
  /// The experiments, the newest first; of equally old ones by identifier.
  private(set) var experiments: [ExperimentSummary]

  /// The metric that the site ranks by: the one that most experiments name as primary.
  let metric: PrimaryMetric?

  /// Positions in ``experiments``, best first; those without a value last, in their order.
  private(set) var ranking: [Int]

  /// Positions in ``experiments`` in the order of the first page.
  private(set) var listing: [Int]

  /// Params that are not the same in all experiments, and those that are.
  let params: ParamSurvey

  /// The metrics besides ``metric``, those that most experiments have first.
  let otherMetrics: [String]

  /// The number of checkpoints of all experiments.
  let checkpointCount: Int

  /// The number of experiments of each status.
  let statusCounts: [ExperimentStatus: Int]

  /// The newest moment that any experiment knows of.
  let lastActivity: Timestamp?

  /// How many experiments have each metric.
  let metricCounts: [String: Int]

  /// Positions in ``experiments`` by identifier.
  private let positions: [ExperimentID: Int]

  init(_ input: ReportInput, options: ReportOptions) throws(ReportError) {
    let all = input.experiments
    var seen = Set<ExperimentID>()
    let sorted = all.indices.filter { seen.insert(all[$0].id).inserted }.sorted { a, b in
      all[a].created == all[b].created
        ? all[a].id < all[b].id : all[a].created > all[b].created
    }.map { all[$0] }
    let survey = MetricSurvey(sorted)
    let metric = try survey.metric(named: options.metric, goal: options.goal)
    self.metric = metric
    metricCounts = survey.counts
    otherMetrics = survey.names(primary: metric?.name).filter { $0 != metric?.name }
    params = ParamSurvey(sorted.map(\.params))
    let names = ExperimentNames(sorted.map(\.id))
    let summaries = sorted.indices.map { index in
      ExperimentSummary(
        sorted[index], stem: names.stems[index], shortID: names.shortIDs[index], now: input.now,
        siteMetric: metric, isMetricForced: options.metric != nil)
    }
    experiments = summaries
    checkpointCount = summaries.reduce(0) { $0 + $1.experiment.checkpoints.count }
    statusCounts = Dictionary(summaries.map { ($0.status, 1) }, uniquingKeysWith: +)
    lastActivity = summaries.lazy.map(\.experiment.lastActivity).max()
    positions = Dictionary(
      uniqueKeysWithValues: sorted.indices.map { (sorted[$0].id, $0) })
    ranking = Self.ranked(summaries, by: metric)
    listing = Array(sorted.indices)
    if let sort = options.sort {
      listing = sort.sorted(sorted.reversed(), now: input.now).compactMap { positions[$0.id] }
    }
    limitPages(
      to: options.detailLimit,
      keeping: [options.baseline].compactMap { $0 } + options.comparisons.flatMap(\.experiments))
  }

  private static func ranked(
    _ experiments: [ExperimentSummary], by metric: PrimaryMetric?
  ) -> [Int] {
    guard let metric else { return Array(experiments.indices) }
    return experiments.indices.sorted { a, b in
      switch (experiments[a].score, experiments[b].score) {
      case (let x?, let y?): x == y ? a < b : metric.prefers(x, over: y)
      case (_?, nil): true
      case (nil, _?): false
      case (nil, nil): a < b
      }
    }
  }

  /// Gives pages to the newest `limit` experiments, to the best ones and to `named` ones.
  private mutating func limitPages(to limit: Int?, keeping named: [ExperimentID]) {
    guard let limit, experiments.count > limit else { return }
    let kept = Set(best + named.compactMap { positions[$0] })
    for index in experiments.indices where index >= limit && !kept.contains(index) {
      experiments[index] = ExperimentSummary(experiments[index], hasPage: false)
    }
  }

  /// The position of the best experiment, where the experiments can be ranked.
  var bestPosition: Int? {
    ranking.first.flatMap { experiments[$0].score == nil ? nil : $0 }
  }

  /// The positions of up to 8 best experiments.
  var best: [Int] { ranking.prefix(8).filter { experiments[$0].score != nil } }

  /// The experiments with pages next to one in the order of time.
  func neighbours(of position: Int) -> ExperimentPage.Neighbours {
    let older = experiments[(position + 1)...].first(where: \.hasPage)
    let newer = experiments[..<position].last(where: \.hasPage)
    return ExperimentPage.Neighbours(older: older?.link, newer: newer?.link)
  }

  /// The names of all params and metrics.
  var recordedNames: Set<String> {
    Set(metricCounts.keys).union(params.varying.map(\.name)).union(params.constant.map(\.name))
  }

  /// The position of an experiment.
  func position(of id: ExperimentID) -> Int? { positions[id] }
}

/// The metrics of all experiments.
private struct MetricSurvey {
  /// How many experiments have each.
  let counts: [String: Int]

  /// All names, those that most experiments have first, of these the most important.
  func names(primary: String?) -> [String] {
    MetricOrder.byImportance(counts.keys, primary: primary).enumerated().sorted {
      let (a, b) = (counts[$0.element] ?? 0, counts[$1.element] ?? 0)
      return a == b ? $0.offset < $1.offset : a > b
    }.map(\.element)
  }

  private let primaries: [(metric: PrimaryMetric, count: Int)]

  init(_ experiments: [Experiment]) {
    var counts: [String: Int] = [:]
    var primaryCounts: [PrimaryMetric: Int] = [:]
    // By index: taking out experiments and columns takes longer than counting them.
    for index in experiments.indices {
      let columns = experiments[index].checkpoints.columns
      for place in columns.indices { counts[columns[place].name, default: 0] += 1 }
      if let primary = experiments[index].primaryMetric { primaryCounts[primary, default: 0] += 1 }
    }
    self.counts = counts
    primaries = primaryCounts.sorted {
      if $0.value != $1.value { return $0.value > $1.value }
      if $0.key.name != $1.key.name { return $0.key.name.utf8Precedes($1.key.name) }
      return $0.key.goal == .maximize
    }.map { ($0.key, $0.value) }
  }

  /// The metric to rank by.
  func metric(
    named name: String?, goal: PrimaryMetric.Goal?
  ) throws(ReportError) -> PrimaryMetric? {
    guard let name else {
      guard var metric = primaries.first?.metric else { return nil }
      metric.goal = goal ?? metric.goal
      return metric
    }
    // Before the first checkpoint any name may be that of a metric to come.
    if counts.isEmpty { return nil }
    guard counts[name] != nil else {
      throw ReportError(
        .badOption, what: "cannot rank by the metric \(name)", why: "no checkpoint has it",
        fix: "Use one of \(names(primary: nil).prefix(8).joined(separator: ", ")).")
    }
    let recorded = primaries.first { $0.metric.name == name }?.metric.goal
    return PrimaryMetric(
      name: name, goal: goal ?? recorded ?? PrimaryMetric.Goal(suggestedBy: name) ?? .maximize)
  }
}

/// The names under which experiments appear.
private struct ExperimentNames {
  private(set) var stems: [String]
  private(set) var shortIDs: [String]

  init(_ ids: [ExperimentID]) {
    stems = Array(repeating: "", count: ids.count)
    shortIDs = stems
    let order = ids.indices.sorted { ids[$0] < ids[$1] }
    let texts = order.map { Array(ids[$0].description.utf8) }
    for (place, index) in order.enumerated() {
      var shared = 0
      for neighbour in [place - 1, place + 1] where texts.indices.contains(neighbour) {
        let common = zip(texts[place], texts[neighbour]).prefix { $0 == $1 }.count
        shared = max(shared, common)
      }
      func prefix(_ count: Int) -> String {
        String(decoding: texts[place].prefix(max(count, shared + 1)), as: UTF8.self)
      }
      stems[index] = prefix(12)
      shortIDs[index] = prefix(7)
    }
  }
}
