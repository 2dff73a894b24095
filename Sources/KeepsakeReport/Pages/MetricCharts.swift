internal import KeepsakeModel

/// The charts of an experiment's metrics: the primary one first, then by the prefix of their names.
struct MetricCharts {
  /// More charts than this would make the page slow; the others have a line in a table.
  static let chartLimit = 60

  /// Groups after this many charts are folded.
  static let openLimit = 24

  private let summary: ExperimentSummary
  private let options: ReportOptions
  private let groups: [Group]
  private let others: [MetricColumn]

  /// Metrics with a common prefix: `train` of `train/loss`.
  private struct Group {
    var prefix: Substring
    var columns: [MetricColumn]
  }

  init(_ summary: ExperimentSummary, options: ReportOptions) {
    self.summary = summary
    self.options = options
    let columns = MetricOrder.sorted(
      summary.experiment.checkpoints.columns.filter(\.hasNumbers),
      primary: summary.primaryMetric?.name)
    others = Array(columns.dropFirst(Self.chartLimit))
    groups = Self.groups(columns.prefix(Self.chartLimit), primary: summary.primaryMetric?.name)
  }

  private static func groups(
    _ columns: some Sequence<MetricColumn>, primary: String?
  ) -> [Group] {
    var first = Group(prefix: "", columns: [])
    var rest: [Group] = []
    for column in columns {
      let prefix = column.name.lastIndex(of: "/").map { column.name[..<$0] } ?? ""
      if column.name == primary || prefix.isEmpty {
        first.columns.append(column)
      } else if rest.last?.prefix == prefix {
        rest[rest.count - 1].columns.append(column)
      } else {
        rest.append(Group(prefix: prefix, columns: [column]))
      }
    }
    // Headings over single charts only take room.
    if rest.count == 1 || rest.allSatisfy({ $0.columns.count == 1 }) {
      first.columns += rest.flatMap(\.columns)
      rest = []
    }
    return (first.columns.isEmpty ? [] : [first]) + rest
  }

  /// The charts; empty when no metric has numbers.
  var markup: ByteBuffer {
    var buffer = ByteBuffer(capacity: 20_000 * min(8, groups.count))
    var count = 0
    for group in groups {
      let isFolded = count >= Self.openLimit
      if isFolded {
        buffer.append("<details class=\"box\"><summary>")
        buffer.append(text: String(group.prefix))
        buffer.append("/ – ")
        buffer.append(group.columns.count, noun: "metric", plural: "metrics")
        buffer.append("</summary>\n")
      } else if !group.prefix.isEmpty {
        buffer.append("<h2 class=\"metric-group\">")
        buffer.append(text: String(group.prefix))
        buffer.append("</h2>\n")
      }
      buffer.append("<div class=\"charts\">\n")
      for column in group.columns { chart(of: column).append(to: &buffer) }
      buffer.append(isFolded ? "</div>\n</details>\n" : "</div>\n")
      count += group.columns.count
    }
    if !others.isEmpty { appendOthers(to: &buffer) }
    return buffer
  }

  private func chart(of column: MetricColumn) -> LineChart {
    let isPrimary = column.name == summary.primaryMetric?.name
    return LineChart(
      id: "c-\(Slug(column.name).text)", title: column.name,
      series: [series(of: column)], goal: isPrimary ? summary.primaryMetric?.goal : nil,
      showsBest: isPrimary, options: options.chart(of: column.name))
  }

  private func series(of column: MetricColumn) -> ChartSeries {
    ChartSeries(
      label: column.name, key: column.name, column: column,
      steps: summary.experiment.checkpoints.steps)
  }

  private func appendOthers(to buffer: inout ByteBuffer) {
    buffer.append("<details class=\"box\"><summary>")
    buffer.append(others.count, noun: "more metric", plural: "more metrics")
    buffer.append("</summary>\n<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"")
    buffer.append(
      " aria-label=\"More metrics\">\n<table>\n<thead><tr><th scope=\"col\">Metric</th>")
    buffer.append("<th class=\"trend\">Trend</th>")
    for title: StaticString in ["First", "Last", "Lowest", "Highest"] {
      buffer.append("<th scope=\"col\" class=\"number\">")
      buffer.append(title)
      buffer.append("</th>")
    }
    buffer.append("</tr></thead>\n<tbody>\n")
    for column in others { appendRow(column, to: &buffer) }
    buffer.append("</tbody>\n</table>\n</div>\n</details>\n")
  }

  private func appendRow(_ column: MetricColumn, to buffer: inout ByteBuffer) {
    buffer.append("<tr><th scope=\"row\">")
    buffer.append(text: column.name)
    buffer.append("</th><td class=\"trend\">")
    let series = series(of: column)
    Sparkline(series).append(to: &buffer)
    buffer.append("</td>")
    let finite = series.values.lazy.filter(\.isFinite)
    for value in [series.values.first, series.values.last, finite.min(), finite.max()] {
      buffer.append("<td class=\"number\">")
      if let value { buffer.append(metric: value) }
      buffer.append("</td>")
    }
    buffer.append("</tr>\n")
  }
}
