/// An order of experiments: `created`, `val_loss`, `val_loss-desc`.
package struct ExperimentSort: Sendable {
  /// What decides.
  package let field: ExperimentField

  /// Whether the largest comes first.
  package let isDescending: Bool

  /// Reads a field's name, with `-desc` or `-asc` behind it or nothing.
  package init(parsing text: String) {
    isDescending = text.hasSuffix("-desc")
    let suffix = isDescending ? "-desc" : text.hasSuffix("-asc") ? "-asc" : ""
    field = ExperimentField(String(text.dropLast(suffix.count)))
  }

  /// `experiments`, which are ordered by creation, in this order.
  ///
  /// Experiments without the field, or with NaN, come last. Equal ones stay in the order of creation, newest
  /// first when descending. Running ones come first by status.
  package func sorted(_ experiments: [Experiment], now: Timestamp) -> [Experiment] {
    let keys = experiments.map { experiment -> JSONValue? in
      if field == .status, experiment.status(at: now).isRunning { return .string("") }
      let value = field.value(of: experiment, now: now)
      if case .number(let number)? = value, number.isNaN { return nil }
      return value
    }
    let order = experiments.indices.sorted { a, b in
      switch Self.order(keys[a], keys[b]) {
      case .less: keys[b] == nil || !isDescending
      case .greater: keys[a] != nil && isDescending
      case .equal: isDescending ? b < a : a < b
      }
    }
    return order.map { experiments[$0] }
  }

  /// A total order: by kind where values cannot be compared, what is missing at the end.
  private static func order(_ a: JSONValue?, _ b: JSONValue?) -> ValueOrder {
    guard let a else { return b == nil ? .equal : .greater }
    guard let b else { return .less }
    if let order = a.order(to: b) { return order }
    return a.sortRank == b.sortRank ? .equal : a.sortRank < b.sortRank ? .less : .greater
  }
}
