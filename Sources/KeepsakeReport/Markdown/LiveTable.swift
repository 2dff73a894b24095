internal import KeepsakeModel

/// A small table of experiments inside a note.
struct LiveTable {
  private let overview: Overview
  private let positions: [Int]
  private let root: String
  private let columns: [String]

  /// Columns that are neither params nor metrics.
  static let builtInColumns: Set<String> = ["status", "created", "duration"]

  /// A table of the experiments at `positions`.
  ///
  /// - Parameter columns: names of params and metrics; empty for those of the site's own table.
  init(_ context: SiteContext, _ positions: [Int], root: String, columns: [String]) {
    overview = context.overview
    self.positions = positions
    self.root = root
    if columns.isEmpty {
      let metric = overview.metric.map { [$0.name] } ?? []
      self.columns = ExperimentColumns.params(of: overview).prefix(6).map(\.name) + metric
    } else {
      self.columns = columns
    }
  }

  /// Appends the table.
  func append(to buffer: inout ByteBuffer) {
    buffer.append("<div class=\"table-scroll\" tabindex=\"0\"><table>\n<thead><tr>")
    buffer.append("<th scope=\"col\">Experiment</th>")
    for name in columns {
      buffer.append(isNumeric(name) ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">")
      buffer.append(columnName: name)
      buffer.append("</th>")
    }
    buffer.append("</tr></thead>\n<tbody>\n")
    for position in positions {
      let summary = overview.experiments[position]
      buffer.append(
        position == overview.bestPosition && positions.count > 1
          ? "<tr class=\"best\"><th scope=\"row\">" : "<tr><th scope=\"row\">")
      buffer.append(experiment: summary, root: root)
      buffer.append("</th>")
      for name in columns { append(name, of: summary, to: &buffer) }
      buffer.append("</tr>\n")
    }
    buffer.append("</tbody>\n</table></div>\n")
  }

  private func append(
    _ name: String, of summary: ExperimentSummary, to buffer: inout ByteBuffer
  ) {
    let experiment = summary.experiment
    switch name {
    case "status":
      buffer.append("<td>")
      buffer.append(status: summary.status)
      buffer.append("</td>")
    case "created":
      buffer.append("<td class=\"time\">")
      buffer.append(minute: experiment.created)
      buffer.append("</td>")
    case "duration":
      buffer.append(durationCell: summary.duration)
    default:
      let row = summary.scoreRow ?? summary.representativeRow
      if let column = experiment.checkpoints.column(name), let row {
        buffer.append(metricCell: column, row: row, isBest: name == overview.metric?.name)
      } else {
        buffer.append(paramCell: experiment.params[name])
      }
    }
  }

  private func isNumeric(_ name: String) -> Bool {
    if name == "duration" { return true }
    return positions.contains { position in
      let experiment = overview.experiments[position].experiment
      return experiment.checkpoints.column(name) != nil
        || experiment.params[name]?.isNumber == true
    }
  }
}
