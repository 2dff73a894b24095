internal import KeepsakeModel

/// The table of experiments: one row each, params and metrics as columns.
struct ExperimentTable: Sendable {
  /// How the rows are sorted.
  enum Order: String, Sendable, CaseIterable {
    case newest
    case best

    /// The name of the order's first page, without extension.
    var pageName: String { self == .newest ? "index" : "best" }
  }

  private let overview: Overview
  private let order: Order
  private let sizes: [Int64?]
  private let baseline: Baseline?
  private let sort: ExperimentSort?
  private let columns: [ExperimentColumn]

  /// How many params that vary, and how many metrics, are no columns.
  let hidden: (params: Int, metrics: Int)

  /// A table of experiments.
  ///
  /// - Parameter sizes: the size of what each experiment saved, by position; `nil` when unknown.
  init(_ context: SiteContext, order: Order, sizes: [Int64?]) {
    overview = context.overview
    self.order = order
    self.sizes = sizes
    baseline = Baseline(context)
    sort = order == .newest ? context.options.sort : nil
    let columns = ExperimentColumns(context, hasSizes: sizes.contains { $0 != nil })
    self.columns = columns.shown
    hidden = columns.hidden
  }

  /// Appends the table with the experiments at `positions` as rows.
  func append(_ positions: some Sequence<Int>, to buffer: inout ByteBuffer) {
    buffer.append(
      "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Experiments\">\n")
    buffer.append("<table class=\"experiment-table\" data-rows>\n")
    appendHead(to: &buffer)
    buffer.append("<tbody>\n")
    for position in positions { appendRow(position, to: &buffer) }
    buffer.append("</tbody>\n</table>\n</div>\n")
  }

  private func appendHead(to buffer: inout ByteBuffer) {
    buffer.append("<thead>\n<tr class=\"groups\">")
    var rest = columns[...]
    while let group = rest.first?.group {
      let count = rest.prefix { $0.group == group }.count
      rest = rest.dropFirst(count)
      buffer.append(group.isEmpty ? "<td colspan=\"" : "<th scope=\"colgroup\" colspan=\"")
      buffer.append(count)
      buffer.append("\">")
      buffer.append(markup: group)
      buffer.append(group.isEmpty ? "</td>" : "</th>")
    }
    buffer.append("</tr>\n<tr>")
    for column in columns { appendHead(column, to: &buffer) }
    buffer.append("</tr>\n</thead>\n")
  }

  private func appendHead(_ column: ExperimentColumn, to buffer: inout ByteBuffer) {
    if column.content == .trend { return buffer.append("<th class=\"trend\">Trend</th>") }
    buffer.append("<th scope=\"col\"")
    if column.content == .score {
      buffer.append(" class=\"number primary\"")
    } else if column.isNumeric {
      buffer.append(" class=\"number\"")
    }
    buffer.append(" data-key=\"")
    buffer.append(text: column.key)
    buffer.append("\"")
    if let isDescending = isDescending(by: column) {
      buffer.append(isDescending ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"")
    }
    // Without the script there are two orders, each a page of its own.
    let page: Order? =
      switch column.content {
      case .created: .newest
      case .score: .best
      default: nil
      }
    if let page {
      buffer.append("><a href=\"")
      buffer.append(markup: page.pageName)
      buffer.append(".html\"")
    }
    buffer.append(">")
    buffer.append(columnName: column.name)
    buffer.append(page == nil ? "</th>" : "</a></th>")
  }

  /// Whether the table is sorted by a column, and how.
  private func isDescending(by column: ExperimentColumn) -> Bool? {
    if let sort { return sort.field == column.field ? sort.isDescending : nil }
    switch (order, column.content) {
    case (.newest, .created): return true
    case (.best, .score): return overview.metric?.goal != .minimize
    default: return nil
    }
  }

  private func appendRow(_ position: Int, to buffer: inout ByteBuffer) {
    let summary = overview.experiments[position]
    buffer.append(position == overview.bestPosition ? "<tr class=\"best\">" : "<tr>")
    for column in columns { append(column, position, summary, to: &buffer) }
    buffer.append("</tr>\n")
  }

  private func append(
    _ column: ExperimentColumn, _ position: Int, _ summary: ExperimentSummary,
    to buffer: inout ByteBuffer
  ) {
    let checkpoints = summary.experiment.checkpoints
    switch column.content {
    case .id: appendID(position, summary, to: &buffer)
    case .status:
      buffer.append("<td>")
      buffer.append(status: summary.status)
      buffer.append("</td>")
    case .score:
      append(checkpoints.column(column.name), of: summary, isBest: true, to: &buffer)
    case .metric(let name):
      append(checkpoints.column(name), of: summary, isBest: false, to: &buffer)
    case .delta(let name):
      buffer.append(
        differenceCell: baseline?.difference(in: name, of: summary),
        goal: baseline?.goal(of: name))
    case .trend:
      buffer.append("<td class=\"trend\">")
      if let column = overview.metric.flatMap({ checkpoints.column($0.name) }) {
        Sparkline(ChartSeries(label: "", column: column, steps: checkpoints.steps))
          .append(to: &buffer)
      }
      buffer.append("</td>")
    case .step:
      guard let row = summary.scoreRow else { return buffer.appendEmptyCell() }
      buffer.append("<td class=\"number\">")
      buffer.append(integer: checkpoints.steps[row])
      buffer.append("</td>")
    case .created:
      buffer.append("<td class=\"time\">")
      buffer.append(minute: summary.experiment.created)
      buffer.append("</td>")
    case .duration: buffer.append(durationCell: summary.duration)
    case .param(let name):
      guard let value = summary.experiment.params[name] else {
        // A dash stands where the values stand.
        return column.isNumeric
          ? buffer.appendEmptyCell() : buffer.append("<td class=\"none text\">–</td>")
      }
      buffer.append(paramCell: value)
    case .size:
      guard let size = sizes[position] else { return buffer.appendEmptyCell() }
      buffer.append("<td class=\"number\">")
      buffer.append(byteCount: size)
      buffer.append("</td>")
    }
  }

  private func appendID(
    _ position: Int, _ summary: ExperimentSummary, to buffer: inout ByteBuffer
  ) {
    buffer.append("<th scope=\"row\">")
    buffer.append(experiment: summary, root: "")
    if position == overview.bestPosition { buffer.append(" <span class=\"tag\">best</span>") }
    if position == baseline?.position {
      buffer.append(" <span class=\"tag plain\">baseline</span>")
    }
    buffer.append("</th>")
  }

  private func append(
    _ column: MetricColumn?, of summary: ExperimentSummary, isBest: Bool,
    to buffer: inout ByteBuffer
  ) {
    guard let column, let row = summary.scoreRow ?? summary.representativeRow else {
      return buffer.appendEmptyCell()
    }
    buffer.append(metricCell: column, row: row, isBest: isBest)
  }
}
