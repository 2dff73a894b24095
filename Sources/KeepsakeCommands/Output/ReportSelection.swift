internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository

/// Which experiments a report shows.
struct ReportSelection {
  private let query: ExperimentQuery
  private let sort: ExperimentSort?
  private let logMetrics: [String]
  private let ids: [String]
  private let baseline: String?
  private let comparisons: [(name: String, ids: [String])]

  /// Reads the choices that name experiments, params and metrics; prints what should be written
  /// otherwise.
  init(_ choices: ReportChoices, in session: Session) throws {
    query = try ExperimentQuery(filters: choices.all("filter"), in: session)
    for warning in query.warnings { session.console.warning(warning) }
    sort = choices["sort"].map { ExperimentSort(parsing: $0) }
    logMetrics = choices.all("log").filter { $0 != "all" }
    ids = choices.all("experiment")
    baseline = choices["baseline"]
    comparisons = try Self.comparisons(choices.all("compare"))
  }

  /// Reads texts like `adam or sgd=3fa9c01,77aa`.
  private static func comparisons(_ texts: [String]) throws -> [(name: String, ids: [String])] {
    var names = Set<String>()
    return try texts.map { text in
      let parts = text.split(separator: "=").map { $0.trimmed }
      let ids = (parts.last ?? "").split(separator: ",").map { $0.trimmed }
      guard parts.count == 2, ids.count >= 2 else { throw Self.bad(text) }
      guard names.insert(parts[0]).inserted else {
        throw CommandError(
          what: "Two comparisons are called \(parts[0])", fix: "Give each a name of its own.",
          exitCode: ExitStatus.usage)
      }
      return (parts[0], ids)
    }
  }

  private static func bad(_ comparison: String) -> CommandError {
    CommandError(
      what: "--compare must be a name and at least two different experiments, not \(comparison)",
      fix: "Write it like --compare \"adam or sgd=3fa9c01,77aa\".", exitCode: ExitStatus.usage)
  }

  /// Throws where a choice names a param or metric that nothing has.
  private func checkNames(in experiments: [Experiment]) throws(CommandError) {
    let filters = query.filters.filter { !$0.asksForAbsence }
    if logMetrics.isEmpty, sort == nil, filters.isEmpty { return }
    let names = RecordedNames(experiments)
    for name in logMetrics { try names.checkMetric(name, of: "--log") }
    if let sort { try names.check(sort.field, of: "--sort") }
    for filter in filters {
      try names.check(filter.field, of: "--filter")
    }
  }

  /// The experiments that are chosen, the baseline and those to compare, which `options` then name.
  func select(from listing: Listing, options: inout ReportOptions) throws -> Listing {
    var listing = listing
    let all = listing.experiments
    try checkNames(in: all)
    let chosen = Set(try ids.map { all[try all.match($0).experiment].id })
    let isLimited = !ids.isEmpty
    if let baseline {
      options.baseline = all[try all.match(baseline).experiment].id
    }
    options.comparisons = try comparisons.map { name, prefixes in
      let ids = try prefixes.map { all[try all.match($0).experiment].id }
      guard Set(ids).count == ids.count else {
        throw Self.bad("\(name)=\(prefixes.joined(separator: ","))")
      }
      return ReportOptions.ComparisonChoice(name: name, experiments: ids)
    }
    let named = Set(
      options.comparisons.flatMap(\.experiments) + [options.baseline].compactMap { $0 })
    listing.experiments = all.filter { experiment in
      if named.contains(experiment.id) { return true }
      return (!isLimited || chosen.contains(experiment.id)) && query.matches(experiment)
    }
    return listing
  }
}
