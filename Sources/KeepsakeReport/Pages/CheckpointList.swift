internal import KeepsakeModel

/// The table of an experiment's checkpoints, thinned out when there are many.
struct CheckpointList {
  /// At most about so many rows; the CSV has all.
  static let rowLimit = 100

  /// Longer tables are folded away: files and differences come after them.
  static let foldLimit = 20

  /// At most so many metrics are columns.
  static let metricLimit = 12

  private let summary: ExperimentSummary
  private let columns: [MetricColumn]
  private let rows: [Int]
  private let checkpoints: CheckpointTable

  init(_ summary: ExperimentSummary) {
    self.summary = summary
    checkpoints = summary.experiment.checkpoints
    let all = checkpoints.columns.map(\.name)
    columns = MetricOrder.first(
      Self.metricLimit, of: all, primary: summary.primaryMetric?.name
    ).compactMap(checkpoints.column)
    let count = checkpoints.count
    if count <= Self.rowLimit {
      rows = Array(0..<count)
    } else {
      let even = (0..<Self.rowLimit).map { $0 * (count - 1) / (Self.rowLimit - 1) }
      let kept = [summary.bestRow, checkpoints.latestRow].compactMap { $0 }
      rows = Set(even + kept).sorted()
    }
  }

  /// Whether a row is among those shown.
  func shows(_ row: Int) -> Bool { rows.contains(row) }

  /// The id of a row's element.
  static func anchor(_ summary: ExperimentSummary, _ row: Int) -> String {
    "k-\(summary.experiment.checkpoints.ids[row].description.prefix(anchorDigits))"
  }

  private static let anchorDigits = 12

  /// How many there are, and how many are shown.
  var caption: ByteBuffer {
    var buffer = ByteBuffer()
    buffer.append(checkpoints.count, noun: "checkpoint", plural: "checkpoints")
    if rows.count < checkpoints.count {
      buffer.append(", of which ")
      buffer.append(rows.count)
      buffer.append(" are shown: the best, the latest and evenly spaced ones")
    }
    let hidden = checkpoints.columns.count - columns.count
    if hidden > 0 {
      buffer.append("; ")
      buffer.append(hidden, noun: "more metric", plural: "more metrics")
      buffer.append(" in the CSV")
    }
    return buffer
  }

  /// The table.
  var markup: ByteBuffer {
    var buffer = ByteBuffer(capacity: 100 + rows.count * (160 + 50 * columns.count))
    let isFolded = rows.count > Self.foldLimit
    if isFolded {
      buffer.append("<details class=\"box\"><summary>Table of ")
      buffer.append(rows.count)
      buffer.append(" checkpoints</summary>\n")
    }
    buffer.append(
      "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Checkpoints\">\n")
    buffer.append(
      "<table class=\"checkpoint-table\">\n<thead><tr><th scope=\"col\">Checkpoint</th>")
    buffer.append("<th scope=\"col\" class=\"number\">Step</th>")
    buffer.append("<th scope=\"col\" class=\"number\">After</th>")
    for column in columns {
      buffer.append("<th scope=\"col\" class=\"number\">")
      buffer.append(columnName: column.name)
      buffer.append("</th>")
    }
    buffer.append("<th scope=\"col\">Saved path</th></tr></thead>\n<tbody>\n")
    let latest = checkpoints.latestRow
    // Checkpoints of one id, or whose ids begin alike: links lead to the first.
    var anchors = Set<UInt64>()
    for row in rows {
      let anchor = checkpoints.ids[row].bits.leadingDigits(Self.anchorDigits)
      let isFirst = anchors.insert(anchor).inserted
      append(row, isLatest: row == latest, hasAnchor: isFirst, to: &buffer)
    }
    buffer.append(
      isFolded ? "</tbody>\n</table>\n</div>\n</details>\n" : "</tbody>\n</table>\n</div>\n")
    return buffer
  }

  private func append(
    _ row: Int, isLatest: Bool, hasAnchor: Bool, to buffer: inout ByteBuffer
  ) {
    let isBest = row == summary.bestRow
    buffer.append(isBest ? "<tr class=\"best\"" : "<tr")
    if hasAnchor {
      buffer.append(" id=\"k-")
      buffer.append(identifier: checkpoints.ids[row].bits, digits: Self.anchorDigits)
      buffer.append("\"")
    }
    buffer.append("><th scope=\"row\"><code class=\"id\">")
    buffer.append(identifier: checkpoints.ids[row].bits, digits: 7)
    buffer.append("</code>")
    if isBest { buffer.append(" <span class=\"tag\">best</span>") }
    if isLatest { buffer.append(" <span class=\"tag plain\">latest</span>") }
    buffer.append("</th><td class=\"number\">")
    buffer.append(integer: checkpoints.steps[row])
    buffer.append("</td>")
    let (start, time) = (summary.experiment.created, checkpoints.created[row])
    buffer.append(durationCell: start.isKnown && time.isKnown ? time.since(start) : nil)
    for index in columns.indices {
      buffer.append(
        metricCell: columns[index], row: row,
        isBest: isBest && columns[index].name == summary.primaryMetric?.name)
    }
    let path = checkpoints.path(at: row)
    if path.isEmpty {
      buffer.append("<td class=\"none\">–</td></tr>\n")
    } else {
      buffer.append("<td class=\"text\"><code>")
      buffer.append(text: path)
      buffer.append("</code></td></tr>\n")
    }
  }
}
