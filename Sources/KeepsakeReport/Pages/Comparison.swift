internal import KeepsakeModel

/// Several experiments beside each other: a table of what differs, and common charts.
struct Comparison {
  private let overview: Overview
  private let options: ReportOptions
  private let summaries: [ExperimentSummary]
  private let root: String
  private let files: ComparedFiles

  /// A comparison of the experiments at `positions`, for a page from which `root` leads to the
  /// site's folder.
  ///
  /// - Parameter files: what each of them saved at its start.
  init(
    _ context: SiteContext, _ positions: [Int], root: String, files: ComparedFiles = .init([])
  ) {
    self.files = files
    overview = context.overview
    options = context.options
    summaries = positions.map { context.overview.experiments[$0] }
    self.root = root
  }

  /// Of more metrics than this the others stand in a folded table: params come after them.
  private static let metricLimit = 20

  /// Appends the table; returns how many rows are the same for all.
  func appendTable(to buffer: inout ByteBuffer) -> Int {
    let experiments = summaries.map(\.experiment)
    let metrics = summaries.map(ChangeReport.metrics)
    let best = bestColumns(of: metrics)
    let names = MetricOrder.sorted(Self.names(in: metrics), primary: overview.metric?.name)
    let open = MetricOrder.first(
      Self.metricLimit, of: names, primary: overview.metric?.name)
    var sameCount = 0
    appendHead("Differences", to: &buffer)
    sameCount += appendGroup(
      "Metrics", open, metrics, best: best, to: &buffer)
    for (title, lists) in [
      ("Params", experiments.map(\.params)), ("Code", experiments.map(ChangeReport.code)),
    ] as [(StaticString, [NamedValues])] {
      sameCount += appendGroup(title, Self.names(in: lists), lists, to: &buffer)
    }
    sameCount += files.appendRows(to: &buffer)
    let packages = experiments.map(\.packages)
    sameCount += appendGroup("Packages", Self.names(in: packages), packages, to: &buffer)
    buffer.append("</table>\n</div>\n")
    files.appendLegend(to: &buffer)
    let shown = Set(open)
    let rest = names.filter { !shown.contains($0) }
    guard !rest.isEmpty else { return sameCount }
    buffer.append("<details class=\"box\"><summary>")
    buffer.append(rest.count, noun: "more metric", plural: "more metrics")
    buffer.append("</summary>\n")
    appendHead("More metrics", to: &buffer)
    sameCount += appendGroup("Metrics", rest, metrics, best: best, to: &buffer)
    buffer.append("</table>\n</div>\n</details>\n")
    return sameCount
  }

  private static func names(in lists: [NamedValues]) -> [String] {
    var names = Set<String>()
    for list in lists { for member in list { names.insert(member.name) } }
    return names.sorted { $0.naturallyPrecedes($1) }
  }

  private func appendHead(_ label: StaticString, to buffer: inout ByteBuffer) {
    buffer.append("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
    buffer.append(label)
    buffer.append("\">\n<table class=\"compare-table\">\n<thead><tr><td></td>")
    for (slot, summary) in summaries.enumerated() {
      buffer.append("<th scope=\"col\">")
      // Of more lines than there are colours, the charts decide which get one.
      if summaries.count <= 8 {
        buffer.append("<span class=\"key s")
        buffer.append(slot + 1)
        buffer.append("\"></span>")
      }
      buffer.append(experiment: summary, root: root)
      buffer.append("</th>")
    }
    buffer.append("</tr></thead>\n")
  }

  /// The column with the best value of the primary metric, by its name.
  private func bestColumns(of metrics: [NamedValues]) -> [String: Int] {
    guard let metric = overview.metric else { return [:] }
    var best: (column: Int, value: Double)?
    for (column, values) in metrics.enumerated() {
      guard let value = values[metric.name]?.doubleValue, value.isFinite else { continue }
      if best.map({ metric.prefers(value, over: $0.value) }) ?? true { best = (column, value) }
    }
    return best.map { [metric.name: $0.column] } ?? [:]
  }

  private func appendGroup(
    _ title: StaticString, _ names: [String], _ lists: [NamedValues],
    best: [String: Int]? = nil, to buffer: inout ByteBuffer
  ) -> Int {
    guard !names.isEmpty else { return 0 }
    var (rows, sameCount) = (ByteBuffer(), 0)
    for name in names.prefix(500) {
      let values = lists.map { $0[name] }
      let isSame = values.allSatisfy { $0 == values[0] }
      if isSame { sameCount += 1 }
      rows.append(isSame ? "<tr class=\"same\"><th scope=\"row\">" : "<tr><th scope=\"row\">")
      rows.append(name: name)
      rows.append("</th>")
      for (column, value) in values.enumerated() {
        if let best, case .number(let number)? = value {
          rows.append(best[name] == column ? "<td class=\"number best\">" : "<td class=\"number\">")
          rows.append(metric: number)
          rows.append("</td>")
        } else {
          rows.append(diffCell: value)
        }
      }
      rows.append("</tr>\n")
    }
    let isAllSame = sameCount == min(names.count, 500)
    buffer.append(isAllSame ? "<tbody class=\"same\">\n" : "<tbody>\n")
    buffer.append("<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"")
    buffer.append(lists.count + 1)
    buffer.append("\">")
    buffer.append(title)
    buffer.append("</th></tr>\n")
    buffer.append(markup: rows.bytes)
    buffer.append("</tbody>\n")
    return sameCount
  }

  /// The names of the metrics that any of the experiments has, the primary one first.
  var metrics: [String] {
    var names = Set<String>()
    for summary in summaries {
      for column in summary.experiment.checkpoints.columns where column.hasNumbers {
        names.insert(column.name)
      }
    }
    return MetricOrder.sorted(names, primary: overview.metric?.name)
  }

  /// A metric of all the experiments over their steps, or over time.
  ///
  /// - Parameters:
  ///   - selection: which part of all the experiments are; `nil` where they are all.
  ///   - axis: what the values stand over; `nil` for what the report's options say.
  func chart(
    of name: String, id: String, selection: String? = nil, over axis: ChartOptions.XAxis? = nil
  ) -> LineChart {
    var options = options.chart(of: name)
    options.xAxis = axis ?? options.xAxis
    let series = summaries.map { summary in
      let href = summary.hasPage ? root + summary.link.path : nil
      guard let column = summary.experiment.checkpoints.column(name) else {
        return ChartSeries(
          label: summary.shortID, key: summary.stem, href: href, steps: [], values: [])
      }
      return ChartSeries(
        label: summary.shortID, key: summary.stem, href: href, column: column,
        of: summary.experiment, over: options.xAxis)
    }
    let isPrimary = name == overview.metric?.name
    return LineChart(
      id: id, title: name, series: series, selection: selection,
      goal: isPrimary ? overview.metric?.goal : nil,
      showsBest: isPrimary, options: options)
  }
}
