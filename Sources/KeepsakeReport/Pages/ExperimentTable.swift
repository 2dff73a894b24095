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

  /// At most so many params are columns; all are on the experiments' pages and in the CSV.
  static let paramLimit = 10

  /// At most so many metrics besides the primary one are columns.
  static let metricLimit = 5

  private let overview: Overview
  private let order: Order
  private let sizes: [Int64?]
  private let baseline: Baseline?
  private let sort: ExperimentSort?
  private let params: [ParamSurvey.Varying]
  private let metrics: [String]
  private let hasSizes: Bool

  /// A table of experiments.
  ///
  /// - Parameter sizes: the size of what each experiment saved, by position; `nil` when unknown.
  init(_ context: SiteContext, order: Order, sizes: [Int64?]) {
    overview = context.overview
    self.order = order
    self.sizes = sizes
    baseline = Baseline(context)
    sort = order == .newest ? context.options.sort : nil
    params = Self.params(of: context.overview)
    metrics = Array(overview.otherMetrics.prefix(Self.metricLimit))
    hasSizes = sizes.contains { $0 != nil }
  }

  /// The params that are columns: those that most experiments have.
  static func params(of overview: Overview) -> [ParamSurvey.Varying] {
    let all = overview.params.varying
    guard all.count > paramLimit else { return all }
    return all.sorted { $0.count == $1.count ? $0.name.utf8Precedes($1.name) : $0.count > $1.count }
      .prefix(paramLimit).sorted { $0.name.utf8Precedes($1.name) }
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
    buffer.append("<thead>\n<tr class=\"groups\"><td colspan=\"4\"></td>")
    if !params.isEmpty {
      buffer.append("<th colspan=\"")
      buffer.append(params.count)
      buffer.append("\" scope=\"colgroup\">Params that differ</th>")
    }
    let deltaCount = baseline == nil ? 0 : metrics.count + (overview.metric == nil ? 0 : 1)
    let metricCount = (overview.metric == nil ? 0 : 3) + metrics.count + deltaCount
    if metricCount > 0 {
      buffer.append("<th colspan=\"")
      buffer.append(metricCount)
      buffer.append("\" scope=\"colgroup\">")
      buffer.append(overview.metric == nil ? "Latest checkpoint" : "Best checkpoint")
      buffer.append("</th>")
    }
    if hasSizes { buffer.append("<td></td>") }
    buffer.append("</tr>\n<tr>")
    buffer.append("<th scope=\"col\" data-key=\"id\">Experiment</th>")
    buffer.append("<th scope=\"col\" data-key=\"status\">Status</th>")
    appendSortable("Created (UTC)", key: "created", order: .newest, to: &buffer)
    buffer.append("<th scope=\"col\" class=\"number\" data-key=\"duration\">Duration</th>")
    for param in params {
      buffer.append(param.isNumeric ? "<th scope=\"col\" class=\"number\"" : "<th scope=\"col\"")
      buffer.append(" data-key=\"p:")
      buffer.append(text: param.name)
      buffer.append("\"><span class=\"name\">")
      buffer.append(name: param.name)
      buffer.append("</span></th>")
    }
    if let metric = overview.metric {
      appendSortable(metric.name, key: "score", order: .best, to: &buffer)
      appendDeltaHead(metric.name, to: &buffer)
      buffer.append("<th class=\"trend\">Trend</th>")
    }
    for name in metrics {
      buffer.append("<th scope=\"col\" class=\"number\" data-key=\"m:")
      buffer.append(text: name)
      buffer.append("\"><span class=\"name\">")
      buffer.append(name: name)
      buffer.append("</span></th>")
      appendDeltaHead(name, to: &buffer)
    }
    if overview.metric != nil {
      buffer.append("<th scope=\"col\" class=\"number\" data-key=\"step\">Step</th>")
    }
    if hasSizes {
      buffer.append("<th scope=\"col\" class=\"number\" data-key=\"size\">Size</th>")
    }
    buffer.append("</tr>\n</thead>\n")
  }

  private func appendDeltaHead(_ metric: String, to buffer: inout ByteBuffer) {
    guard baseline != nil else { return }
    buffer.append("<th scope=\"col\" class=\"number\" data-key=\"d:")
    buffer.append(text: metric)
    buffer.append("\"><span class=\"name\">Δ baseline</span></th>")
  }

  private func appendSortable(
    _ name: String, key: StaticString, order: Order, to buffer: inout ByteBuffer
  ) {
    buffer.append("<th scope=\"col\" data-key=\"")
    buffer.append(key)
    buffer.append("\"")
    if order == .best { buffer.append(" class=\"number primary\"") }
    if let sort, order == .best ? sort.field == .named(name) : sort.field == .created {
      buffer.append(
        sort.isDescending ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"")
    } else if order == self.order, sort == nil {
      let isAscending = order == .best && overview.metric?.goal == .minimize
      buffer.append(isAscending ? " aria-sort=\"ascending\"" : " aria-sort=\"descending\"")
    }
    buffer.append("><a href=\"")
    buffer.append(markup: order.pageName)
    buffer.append(".html\"><span class=\"name\">")
    buffer.append(name: name)
    buffer.append("</span></a></th>")
  }

  private func appendRow(_ position: Int, to buffer: inout ByteBuffer) {
    let summary = overview.experiments[position]
    let experiment = summary.experiment
    let isBest = position == overview.bestPosition
    buffer.append(isBest ? "<tr class=\"best\"><th scope=\"row\">" : "<tr><th scope=\"row\">")
    buffer.append(experiment: summary, root: "")
    if isBest { buffer.append(" <span class=\"tag\">best</span>") }
    if position == baseline?.position {
      buffer.append(" <span class=\"tag plain\">baseline</span>")
    }
    buffer.append("</th><td>")
    buffer.append(status: summary.status)
    buffer.append("</td><td class=\"time\">")
    buffer.append(minute: experiment.created)
    buffer.append("</td>")
    buffer.append(durationCell: summary.duration)
    for param in params { buffer.append(paramCell: experiment.params[param.name]) }
    appendMetrics(of: summary, to: &buffer)
    if hasSizes {
      if let size = sizes[position] {
        buffer.append("<td class=\"number\">")
        buffer.append(byteCount: size)
        buffer.append("</td>")
      } else {
        buffer.append("<td class=\"none\">–</td>")
      }
    }
    buffer.append("</tr>\n")
  }

  private func appendMetrics(of summary: ExperimentSummary, to buffer: inout ByteBuffer) {
    let checkpoints = summary.experiment.checkpoints
    let row = summary.scoreRow ?? summary.representativeRow
    func appendCell(_ column: MetricColumn?, isBest: Bool) {
      if let column, let row {
        buffer.append(metricCell: column, row: row, isBest: isBest)
      } else {
        buffer.append("<td class=\"none\">–</td>")
      }
    }
    func appendDelta(_ name: String) {
      guard let baseline else { return }
      buffer.append(
        differenceCell: baseline.difference(in: name, of: summary), goal: baseline.goal(of: name))
    }
    if let metric = overview.metric {
      let column = checkpoints.column(metric.name)
      appendCell(column, isBest: true)
      appendDelta(metric.name)
      buffer.append("<td class=\"trend\">")
      if let column {
        Sparkline(ChartSeries(label: "", column: column, steps: checkpoints.steps))
          .append(to: &buffer)
      }
      buffer.append("</td>")
    }
    for name in metrics {
      appendCell(checkpoints.column(name), isBest: false)
      appendDelta(name)
    }
    guard overview.metric != nil else { return }
    if let row = summary.scoreRow {
      buffer.append("<td class=\"number\">")
      buffer.append(integer: checkpoints.steps[row])
      buffer.append("</td>")
    } else {
      buffer.append("<td class=\"none\">–</td>")
    }
  }
}
