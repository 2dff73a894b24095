internal import KeepsakeModel

/// All experiments as files for programs: names stand bytewise, as in a repository, not in the order
/// that pages have for people.
struct ExperimentsData {
  private let overview: Overview

  init(_ overview: Overview) { self.overview = overview }

  /// A row for each experiment, newest first: all params, and all metrics of the best and the
  /// latest checkpoint. The columns are those of `keepsake ls --csv`.
  var csv: SiteFile {
    let params = Self.sorted(overview.experiments.flatMap { $0.experiment.params.map(\.name) })
    let metrics = Self.sorted(
      overview.experiments.flatMap { $0.experiment.checkpoints.columns.map(\.name) })
    var buffer = ByteBuffer(capacity: 400 * overview.experiments.count + 1000)
    buffer.append("id,created,status,host,user,command,git_commit,ended,num_checkpoints")
    func header(_ prefix: String, _ names: [String]) {
      for name in names {
        buffer.append(",")
        buffer.append(csv: prefix + name)
      }
    }
    header("params.", params)
    header("best.", ["id", "step"] + metrics)
    header("latest.", ["id", "step"] + metrics)
    buffer.append("\n")
    for summary in overview.experiments {
      append(summary, params: params, metrics: metrics, to: &buffer)
    }
    return SiteFile(path: "experiments.csv", bytes: buffer.bytes)
  }

  private static func sorted(_ names: [String]) -> [String] {
    Set(names).sorted { $0.utf8Precedes($1) }
  }

  private func append(
    _ summary: ExperimentSummary, params: [String], metrics: [String], to buffer: inout ByteBuffer
  ) {
    let experiment = summary.experiment
    buffer.append(identifier: experiment.id.bits)
    buffer.append(",")
    buffer.append(timestamp: experiment.created)
    buffer.append(",")
    buffer.append(markup: summary.status.rawValue)
    for text in [
      experiment.host, experiment.user, experiment.command, experiment.git?.commit ?? "",
    ] {
      buffer.append(",")
      buffer.append(csv: text)
    }
    buffer.append(",")
    if let ending = experiment.ending { buffer.append(timestamp: ending.time) }
    buffer.append(",")
    buffer.append(experiment.checkpoints.count)
    for name in params {
      buffer.append(",")
      if let value = experiment.params[name] { buffer.append(csv: value) }
    }
    for row in [summary.bestRow, experiment.checkpoints.latestRow] {
      append(row, of: experiment.checkpoints, metrics: metrics, to: &buffer)
    }
    buffer.append("\n")
  }

  private func append(
    _ row: Int?, of checkpoints: CheckpointTable, metrics: [String], to buffer: inout ByteBuffer
  ) {
    guard let row else {
      for _ in 0..<metrics.count + 2 { buffer.append(",") }
      return
    }
    buffer.append(",")
    buffer.append(identifier: checkpoints.ids[row].bits)
    buffer.append(",")
    buffer.append(Int(checkpoints.steps[row]))
    for name in metrics {
      buffer.append(",")
      if let value = checkpoints.value(of: name, at: row) { buffer.append(csv: value) }
    }
  }

  /// An array with a line for each experiment, newest first; members as in `keepsake ls --json`, and
  /// `best_by`, the metric that `best_checkpoint` is best by.
  var json: SiteFile {
    var buffer = ByteBuffer(capacity: 800 * overview.experiments.count + 10)
    buffer.append("[")
    for (index, summary) in overview.experiments.enumerated() {
      buffer.append(index == 0 ? "\n" : ",\n")
      append(summary, to: &buffer)
    }
    buffer.append("\n]\n")
    return SiteFile(path: "experiments.json", bytes: buffer.bytes)
  }

  private func append(_ summary: ExperimentSummary, to buffer: inout ByteBuffer) {
    let experiment = summary.experiment
    let checkpoints = experiment.checkpoints
    buffer.append("{\"id\":\"")
    buffer.append(identifier: experiment.id.bits)
    buffer.append("\",\"created\":\"")
    buffer.append(timestamp: experiment.created)
    buffer.append("\",\"params\":")
    buffer.append(json: .object(Array(experiment.params)))
    buffer.append(",\"command\":")
    buffer.append(json: experiment.command)
    buffer.append(",\"num_checkpoints\":")
    buffer.append(checkpoints.count)
    buffer.append(",\"latest_checkpoint\":")
    append(checkpoints.latestRow.map { checkpoints[$0] }, to: &buffer)
    buffer.append(",\"best_checkpoint\":")
    append(summary.bestRow.map { checkpoints[$0] }, to: &buffer)
    buffer.append(",\"best_by\":")
    append(summary.bestRow == nil ? nil : summary.primaryMetric, to: &buffer)
    buffer.append(",\"user\":")
    buffer.append(json: experiment.user)
    buffer.append(",\"host\":")
    buffer.append(json: experiment.host)
    buffer.append(summary.status.isRunning ? ",\"running\":true" : ",\"running\":false")
    buffer.append(",\"status\":\"")
    buffer.append(markup: summary.status.rawValue)
    buffer.append("\"}")
  }

  private func append(_ checkpoint: Checkpoint?, to buffer: inout ByteBuffer) {
    guard let checkpoint else { return buffer.append("null") }
    buffer.append("{\"id\":\"")
    buffer.append(identifier: checkpoint.id.bits)
    buffer.append("\",\"created\":\"")
    buffer.append(timestamp: checkpoint.created)
    buffer.append("\",\"metrics\":")
    buffer.append(json: .object(Array(checkpoint.metrics)))
    buffer.append(",\"step\":")
    buffer.append(Int(checkpoint.step))
    buffer.append(",\"path\":")
    buffer.append(json: checkpoint.path)
    buffer.append(",\"primary_metric\":")
    append(checkpoint.primaryMetric, to: &buffer)
    buffer.append("}")
  }

  private func append(_ metric: PrimaryMetric?, to buffer: inout ByteBuffer) {
    guard let metric else { return buffer.append("null") }
    buffer.append("{\"name\":")
    buffer.append(json: metric.name)
    buffer.append(",\"goal\":\"")
    buffer.append(markup: metric.goal.rawValue)
    buffer.append("\"}")
  }
}
