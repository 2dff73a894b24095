internal import KeepsakeModel

/// Which experiments are asked for, and in which order.
struct ExperimentQuery {
  /// The moment of the question, and what else the filters are read by.
  let context: QueryContext

  private(set) var filters: [ExperimentFilter] = []
  private let sort: ExperimentSort

  /// Reads conditions and a sort key as a person wrote them. As in 0.4.2, an empty filter is none.
  init(filters: [String], sort: String = "created", in session: Session) throws(QueryError) {
    context = session.queryContext
    self.sort = ExperimentSort(parsing: sort)
    for text in filters where !text.isEmpty {
      self.filters.append(try ExperimentFilter(parsing: text, in: context))
    }
  }

  /// What should be written otherwise, as sentences.
  var warnings: [String] { filters.compactMap(\.warning) }

  /// Replaces conditions on the status by `status = running`.
  mutating func limitToRunning() throws(QueryError) {
    filters.removeAll { $0.field == .status }
    filters.append(try ExperimentFilter(parsing: "status = running", in: context))
  }

  /// Whether all conditions hold.
  func matches(_ experiment: Experiment) -> Bool { filters.allSatisfy { $0.matches(experiment) } }

  /// The experiments that fulfil all conditions, in order.
  func select(from experiments: [Experiment]) -> [Experiment] {
    sort.sorted(filters.isEmpty ? experiments : experiments.filter(matches), now: context.now)
  }
}
