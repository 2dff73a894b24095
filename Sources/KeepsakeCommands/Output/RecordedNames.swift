internal import KeepsakeModel

/// The names of params and metrics that a repository has, for choices that name one: where nothing has
/// it, it is misspelled.
struct RecordedNames {
  private var params = Set<String>()
  private var metrics = Set<String>()

  init(_ experiments: [Experiment]) {
    for experiment in experiments {
      for param in experiment.params { params.insert(param.name) }
      for column in experiment.checkpoints.columns { metrics.insert(column.name) }
    }
  }

  /// Throws where no checkpoint has the metric that `choice` names.
  func checkMetric(_ name: String, of choice: String) throws(CommandError) {
    try check(name, of: choice, "no checkpoint has such a metric", among: metrics)
  }

  /// Throws where `choice` names neither something that every experiment has, nor a param or metric.
  func check(_ field: ExperimentField, of choice: String) throws(CommandError) {
    guard case .named(let name) = field else { return }
    try check(
      name, of: choice, "no experiment has such a param or metric",
      among: params.union(metrics).union(ExperimentField.builtIn))
  }

  private func check(
    _ name: String, of choice: String, _ fact: String, among names: Set<String>
  ) throws(CommandError) {
    // Before the first checkpoint any name may be that of a metric to come.
    guard !metrics.isEmpty, !names.contains(name) else { return }
    throw CommandError(
      what: "\(choice) names \(name), but \(fact)",
      fix: NearbyNames.list(name, among: names).map { "Did you mean \($0)?" }
        ?? "There are \(Self.list(names)).")
  }

  private static func list(_ names: Set<String>) -> String {
    let sorted = names.sorted { $0.utf8Precedes($1) }
    let named = 12
    let rest = sorted.count - named
    return sorted.prefix(named).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
