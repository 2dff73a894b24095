internal import KeepsakeModel

/// Experiments that agree in all params but the seed, so that chance can be told from progress.
struct SeedGroups: Sendable {
  /// Three or more runs of the same thing.
  struct Group: Sendable {
    /// Positions of the experiments that have a score.
    var positions: [Int]
    /// Their params but the seed.
    var params: NamedValues
    /// The mean of their scores.
    var mean: Double
    /// The standard deviation of their scores, as of a sample (n − 1).
    var deviation: Double
  }

  /// The param that is the seed.
  let seed: String

  /// The groups, best mean first.
  let groups: [Group]

  /// The params besides the seed that differ between groups, in natural order.
  let varying: [String]

  /// `nil` where there is no seed, or it was not tried three times on anything.
  init?(_ overview: Overview) {
    guard let metric = overview.metric else { return nil }
    let seeds = overview.params.varying.map(\.name).filter(Self.isSeed)
    let all = seeds.map { seed in
      (seed, Self.groups(in: overview, seed: seed, metric: metric))
    }
    // Of two seeds that vary apart, the one with more groups.
    guard let best = all.max(by: { $0.1.count < $1.1.count }), !best.1.isEmpty else { return nil }
    (seed, groups) = best
    varying = ParamSurvey(groups.map(\.params)).varying.map(\.name)
  }

  private static func isSeed(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.contains("seed") || name.hasSuffix("random_state")
  }

  private static func groups(
    in overview: Overview, seed: String, metric: PrimaryMetric
  ) -> [Group] {
    var order: [NamedValues] = []
    var positions: [NamedValues: [Int]] = [:]
    // By rank, so that groups and their runs come in an order that depends on nothing else.
    for position in overview.ranking {
      let summary = overview.experiments[position]
      let params = summary.experiment.params
      guard summary.score?.isFinite == true, params[seed] != nil else { continue }
      let key = NamedValues(params.lazy.filter { $0.name != seed })
      if positions[key] == nil { order.append(key) }
      positions[key, default: []].append(position)
    }
    let groups = order.compactMap { params -> Group? in
      guard let list = positions[params], list.count >= 3 else { return nil }
      let scores = list.compactMap { overview.experiments[$0].score }
      let mean = scores.reduce(0) { $0 + $1 / Double(scores.count) }
      let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Group(
        positions: list, params: params, mean: mean,
        deviation: (squares / Double(scores.count - 1)).squareRoot())
    }
    return groups.enumerated().sorted {
      $0.element.mean == $1.element.mean
        ? $0.offset < $1.offset : metric.prefers($0.element.mean, over: $1.element.mean)
    }.map(\.element)
  }
}
