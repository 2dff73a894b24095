internal import KeepsakeModel

/// The rows of the table of experiments, which are the same in every order.
struct ExperimentRows: Sendable {
  private let overview: Overview
  private let sizes: [Int64?]
  private let baseline: Baseline?

  /// The columns, from left to right.
  let columns: [ExperimentColumn]

  /// How many params that vary, and how many metrics, are no columns.
  let hidden: (params: Int, metrics: Int)

  /// The rows of all experiments.
  ///
  /// - Parameter sizes: the size of what each experiment saved, by position; `nil` when unknown.
  init(_ context: SiteContext, sizes: [Int64?]) {
    overview = context.overview
    self.sizes = sizes
    baseline = Baseline(context)
    let columns = ExperimentColumns(context, hasSizes: sizes.contains { $0 != nil })
    self.columns = columns.shown
    hidden = columns.hidden
  }

  /// The row of the experiment at `position`.
  func row(_ position: Int) -> ByteBuffer {
    let summary = overview.experiments[position]
    var buffer = ByteBuffer(capacity: 2000)
    buffer.append(position == overview.bestPosition ? "<tr class=\"best\">" : "<tr>")
    for column in columns { append(column, position, summary, to: &buffer) }
    buffer.append("</tr>\n")
    return buffer
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
      append(metric: column.name, of: summary, isBest: true, to: &buffer)
    case .metric(let name):
      append(metric: name, of: summary, isBest: false, to: &buffer)
    case .delta(let name):
      buffer.append(
        differenceCell: baseline?.difference(in: name, of: summary),
        goal: baseline?.goal(of: name))
    case .trend:
      buffer.append("<td class=\"trend\">")
      if let column = overview.metric.flatMap({ checkpoints.column($0.name) }) {
        Sparkline(ChartSeries(label: "", column: column, of: summary.experiment))
          .append(to: &buffer)
      }
      buffer.append("</td>")
    case .step:
      guard let row = summary.scoreRow else { return buffer.appendEmptyCell() }
      buffer.append("<td class=\"number\">")
      buffer.append(integer: checkpoints.steps[row])
      buffer.append("</td>")
    case .created:
      guard summary.experiment.created.isKnown else {
        return buffer.append("<td class=\"none text\">–</td>")
      }
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
    metric name: String, of summary: ExperimentSummary, isBest: Bool, to buffer: inout ByteBuffer
  ) {
    let checkpoints = summary.experiment.checkpoints
    guard let row = summary.scoreRow ?? summary.representativeRow,
      let index = checkpoints.columnIndex(of: name)
    else { return buffer.appendEmptyCell() }
    buffer.append(metricCell: checkpoints.columns[index], row: row, isBest: isBest)
  }
}
