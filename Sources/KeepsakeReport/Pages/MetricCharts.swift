internal import KeepsakeModel

/// The charts of an experiment's metrics: the primary one first, then by the prefix of their names,
/// small groups first.
///
/// Of hundreds of metrics the first of each group are drawn; the others have a line in a table each,
/// with a small picture.
struct MetricCharts {
  /// More charts than this would make the page slow.
  static let chartLimit = 40

  /// Groups after this many charts are folded.
  static let openLimit = 24

  /// How to get the chart of a metric that has none.
  static let advice: StaticString = """
    To see the chart of any metric, write a <code>chart</code> block into a note, or put the metric \
    first with <code>keepsake report --metric</code>.
    """

  private let summary: ExperimentSummary
  private let options: ReportOptions
  private let groups: [Group]

  /// Metrics with a common prefix: `train` of `train/loss`.
  private struct Group {
    var prefix: Substring
    var columns: [MetricColumn]
    /// How many of them are drawn as charts.
    var chartCount = 0

    var anchor: String { "g-\(Slug(String(prefix)).text)" }
  }

  init(_ summary: ExperimentSummary, options: ReportOptions) {
    self.summary = summary
    self.options = options
    let columns = MetricOrder.sorted(
      summary.experiment.checkpoints.columns.filter(\.hasNumbers),
      primary: summary.primaryMetric?.name)
    var groups = Self.groups(columns, primary: summary.primaryMetric?.name)
    // Each group has its share of the charts; what small groups leave goes to the first ones.
    let share = Self.chartLimit / max(1, groups.count)
    for index in groups.indices {
      groups[index].chartCount = min(share, groups[index].columns.count)
    }
    var rest = Self.chartLimit - groups.reduce(0) { $0 + $1.chartCount }
    for index in groups.indices where rest > 0 {
      let more = min(rest, groups[index].columns.count - groups[index].chartCount)
      groups[index].chartCount += more
      rest -= more
    }
    self.groups = groups
  }

  private static func groups(_ columns: [MetricColumn], primary: String?) -> [Group] {
    var first = Group(prefix: "", columns: [])
    var groups: [Substring: [MetricColumn]] = [:]
    for column in columns {
      let prefix = MetricOrder.group(of: column.name)
      if column.name == primary || prefix.isEmpty {
        first.columns.append(column)
      } else {
        groups[prefix, default: []].append(column)
      }
    }
    var rest = groups.map { Group(prefix: $0.key, columns: $0.value) }
    // Few metrics of a kind were chosen one by one; hundreds come from a loop over layers.
    rest.sort {
      $0.columns.count == $1.columns.count
        ? String($0.prefix).naturallyPrecedes(String($1.prefix))
        : $0.columns.count < $1.columns.count
    }
    // Headings over single charts only take room.
    if rest.count == 1 || rest.allSatisfy({ $0.columns.count == 1 }) {
      first.columns += rest.flatMap(\.columns)
      rest = []
    }
    return (first.columns.isEmpty ? [] : [first]) + rest
  }

  /// Whether some chart shows a smoothed line over the measured one.
  var isSmoothed: Bool {
    groups.contains { group in
      group.columns.prefix(group.chartCount).contains { column in
        let smoothing = options.chart(of: column.name).smoothing
        // Counting takes time, and there cannot be more values than rows.
        guard smoothing.method(forCount: column.rows.count) != nil else { return false }
        let count = column.rows.count(where: column.isDrawn)
        return smoothing.method(forCount: count) != nil
      }
    }
  }

  /// The charts; empty when no metric has numbers.
  var markup: ByteBuffer {
    var buffer = ByteBuffer(capacity: 20_000 * min(8, groups.count))
    if groups.count > 3 { appendContents(to: &buffer) }
    appendLimits(to: &buffer)
    var count = 0
    for group in groups {
      let isFolded = count >= Self.openLimit
      if isFolded {
        buffer.append("<details class=\"box\" id=\"")
        buffer.append(markup: group.anchor)
        buffer.append("\"><summary>")
        buffer.append(name: String(group.prefix))
        buffer.append(" – ")
        buffer.append(group.columns.count, noun: "metric", plural: "metrics")
        buffer.append("</summary>\n")
      } else if !group.prefix.isEmpty {
        buffer.append("<h2 class=\"metric-group\" id=\"")
        buffer.append(markup: group.anchor)
        buffer.append("\">")
        buffer.append(name: String(group.prefix))
        buffer.append("</h2>\n")
      }
      if group.chartCount > 0 {
        buffer.append("<div class=\"charts\">\n")
        for column in group.columns.prefix(group.chartCount) {
          chart(of: column).append(to: &buffer)
        }
        buffer.append("</div>\n")
      }
      appendRest(of: group, to: &buffer)
      if isFolded { buffer.append("</details>\n") }
      count += group.chartCount
    }
    return buffer
  }

  private func appendContents(to buffer: inout ByteBuffer) {
    buffer.append("<nav class=\"sections\" aria-label=\"Groups of metrics\">\n")
    for group in groups where !group.prefix.isEmpty {
      buffer.append("<a href=\"#")
      buffer.append(markup: group.anchor)
      buffer.append("\">")
      buffer.append(name: String(group.prefix))
      buffer.append(" <span class=\"was\">")
      buffer.append(group.columns.count)
      buffer.append("</span></a>\n")
    }
    buffer.append("</nav>\n")
  }

  /// Says which metrics have no chart, if there are such.
  private func appendLimits(to buffer: inout ByteBuffer) {
    let charted = groups.reduce(0) { $0 + $1.chartCount }
    let all = groups.reduce(0) { $0 + $1.columns.count }
    guard charted < all else { return }
    buffer.append("<p class=\"quiet\">")
    buffer.append(charted)
    buffer.append(" of ")
    buffer.append(grouped: all)
    buffer.append(" metrics have a chart, the others a small picture each in the folded tables. ")
    buffer.append(Self.advice)
    buffer.append("</p>\n")
  }

  private func chart(of column: MetricColumn) -> LineChart {
    let isPrimary = column.name == summary.primaryMetric?.name
    return LineChart(
      id: "c-\(Slug(column.name).text)", title: column.name,
      series: [series(of: column, over: options.xAxis)],
      goal: isPrimary ? summary.primaryMetric?.goal : nil,
      showsBest: isPrimary, options: options.chart(of: column.name),
      csvHref: "../\(ExperimentData.path(summary, "csv"))")
  }

  private func series(
    of column: MetricColumn, over axis: ChartOptions.XAxis
  ) -> ChartSeries {
    ChartSeries(
      label: column.name, key: column.name, column: column, of: summary.experiment,
      over: axis)
  }

  /// Appends the metrics of a group that are not drawn as charts.
  private func appendRest(of group: Group, to buffer: inout ByteBuffer) {
    let columns = group.columns.dropFirst(group.chartCount)
    if columns.isEmpty { return }
    buffer.append("<details class=\"box\"><summary>")
    buffer.append(columns.count, noun: "more metric", plural: "more metrics")
    if !group.prefix.isEmpty {
      buffer.append(" of ")
      buffer.append(name: String(group.prefix))
    }
    buffer.append("</summary>\n<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"")
    buffer.append(" aria-label=\"More metrics")
    if !group.prefix.isEmpty {
      buffer.append(" of ")
      buffer.append(text: String(group.prefix))
    }
    buffer.append("\">\n<table>\n<thead><tr><th scope=\"col\">Metric</th>")
    buffer.append("<th class=\"trend\">Trend</th>")
    for title: StaticString in ["First", "Last", "Lowest", "Highest"] {
      buffer.append("<th scope=\"col\" class=\"number\">")
      buffer.append(title)
      buffer.append("</th>")
    }
    buffer.append("</tr></thead>\n<tbody>\n")
    for column in columns { appendRow(column, to: &buffer) }
    buffer.append("</tbody>\n</table>\n</div>\n</details>\n")
  }

  private func appendRow(_ column: MetricColumn, to buffer: inout ByteBuffer) {
    buffer.append("<tr><th scope=\"row\">")
    buffer.append(name: column.name)
    buffer.append("</th><td class=\"trend\">")
    let series = series(of: column, over: .step)
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
