internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository

/// Which experiments a report shows.
struct ReportSelection {
  private let query: ExperimentQuery
  private let ids: [String]
  private let baseline: String?

  /// Reads the choices `filter`, `experiment` and `baseline`; prints what should be written
  /// otherwise.
  init(_ choices: ReportChoices, in session: Session) throws {
    query = try ExperimentQuery(filters: choices.all("filter"), in: session)
    for warning in query.warnings { session.console.warning(warning) }
    ids = choices.all("experiment")
    baseline = choices["baseline"]
  }

  /// The experiments that are chosen, and the baseline, which `options` then name.
  func select(from listing: Listing, options: inout ReportOptions) throws -> Listing {
    var listing = listing
    let all = listing.experiments
    var chosen = Set(try ids.map { all[try all.match($0).experiment].id })
    let isLimited = !ids.isEmpty
    if let baseline {
      let id = all[try all.match(baseline).experiment].id
      options.baseline = id
      if isLimited { chosen.insert(id) }
    }
    listing.experiments = all.filter { experiment in
      if experiment.id == options.baseline { return true }
      return (!isLimited || chosen.contains(experiment.id)) && query.matches(experiment)
    }
    return listing
  }
}
