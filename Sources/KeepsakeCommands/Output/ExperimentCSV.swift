internal import KeepsakeModel

/// Experiments as comma-separated values (RFC 4180, lines end in LF): a line each, all params and
/// all metrics of the best and the latest checkpoint.
struct ExperimentCSV {
  /// The lines, the first of which names the columns.
  let text: String

  init(_ experiments: [Experiment], now: Timestamp) {
    let params = Self.names(experiments) { $0.params.map(\.name) }
    let bestMetrics = Self.names(experiments) { $0.best?.metrics.map(\.name) ?? [] }
    let latestMetrics = Self.names(experiments) { $0.latest?.metrics.map(\.name) ?? [] }
    let columns =
      [
        "id", "created", "status", "host", "user", "command", "git_commit", "ended",
        "num_checkpoints",
      ]
      + params.map { "params.\($0)" } + ["best.id", "best.step"]
      + bestMetrics.map { "best.\($0)" } + ["latest.id", "latest.step"]
      + latestMetrics.map { "latest.\($0)" }
    var text = Self.line(columns)
    for experiment in experiments {
      var fields = [
        "\(experiment.id)", experiment.created.rfc3339, experiment.status(at: now).rawValue,
        experiment.host, experiment.user, experiment.command, experiment.git?.commit ?? "",
        experiment.ending?.time.rfc3339 ?? "", "\(experiment.checkpoints.count)",
      ]
      fields += params.map { Self.field(experiment.params[$0]) }
      fields += Self.fields(experiment.best, bestMetrics)
      fields += Self.fields(experiment.latest, latestMetrics)
      text += Self.line(fields)
    }
    self.text = text
  }

  private static func names(
    _ experiments: [Experiment], _ names: (Experiment) -> [String]
  ) -> [String] {
    Set(experiments.flatMap(names)).sorted { $0.utf8Precedes($1) }
  }

  private static func fields(_ checkpoint: Checkpoint?, _ metrics: [String]) -> [String] {
    guard let checkpoint else { return ["", ""] + metrics.map { _ in "" } }
    return ["\(checkpoint.id)", "\(checkpoint.step)"]
      + metrics.map { field(checkpoint.metrics[$0]) }
  }

  /// Numbers that JSON does not have are written as most readers of CSV take them.
  private static func field(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null: ""
    case .number(let number) where !number.isFinite:
      number.isNaN ? "NaN" : number > 0 ? "inf" : "-inf"
    case .some(let value): ValueText.full(value)
    }
  }

  private static func line(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",") + "\n"
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
    }
    guard needsQuotes else { return field }
    var result = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { result += "\"" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
