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

  private let metric: PrimaryMetric?
  private let order: Order
  private let sort: ExperimentSort?
  private let columns: [ExperimentColumn]
  private let rows: [ByteBuffer]
  private let hasChoice: Bool

  /// How many params that vary, and how many metrics, are no columns.
  let hidden: (params: Int, metrics: Int)

  /// A table of experiments.
  ///
  /// - Parameter markup: the row of each experiment, by position.
  init(_ context: SiteContext, order: Order, rows: ExperimentRows, _ markup: [ByteBuffer]) {
    metric = context.overview.metric
    self.order = order
    sort = order == .newest ? context.options.sort : nil
    columns = rows.columns
    hidden = rows.hidden
    self.rows = markup
    hasChoice = context.hasChoice
  }

  /// Appends the table with the experiments at `positions` as rows.
  func append(_ positions: some Sequence<Int>, to buffer: inout ByteBuffer) {
    buffer.append(
      "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Experiments\">\n")
    buffer.append("<table class=\"experiment-table\" data-rows")
    if hasChoice {
      buffer.append(" data-compare=\"")
      buffer.append(markup: ChosenPage.path)
      buffer.append("\"")
    }
    buffer.append(">\n")
    appendHead(to: &buffer)
    buffer.append("<tbody>\n")
    for position in positions { buffer.append(markup: rows[position].bytes) }
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
    case (.best, .score): return metric?.goal != .minimize
    default: return nil
    }
  }
}
