internal import KeepsakeModel

/// The rows of the table of experiments for the script, which sorts and filters them.
///
/// A script and not JSON, because pages opened from a disk cannot load JSON. It sends itself as the
/// event `keepsake-rows`, whose `detail` is
///
///     {"columns": [{"key", "name", "kind", "shown"}…], "rows": [[…]…]}
///
/// Kinds: `id` ([file stem or "", short id, tags]), `status`, `time` (minutes since 1970),
/// `tenths` (of a second), `bytes`, `metric`, `delta` (with `goal` where known), `param`, `trend` (a letter from `0` to `o` for each of up to 24
/// heights). Missing values are `null`; numbers that JSON lacks are the strings of repositories.
struct RowsData: Sendable {
  /// At most so many params and so many metrics are offered as columns.
  static let paramLimit = 60
  static let metricLimit = 40

  private let context: SiteContext
  private let sizes: [Int64?]
  private let baseline: Baseline?
  private let params: [ParamSurvey.Varying]
  private let shownParams: Set<String>
  private let metrics: [String]

  init(_ context: SiteContext, sizes: [Int64?]) {
    self.context = context
    self.sizes = sizes
    baseline = Baseline(context)
    let overview = context.overview
    let shown = ExperimentTable.params(of: overview)
    let shownNames = Set(shown.map(\.name))
    shownParams = shownNames
    let others = overview.params.varying.filter { !shownNames.contains($0.name) }
    params = shown + others.prefix(max(0, Self.paramLimit - shown.count))
    metrics = Array(overview.otherMetrics.prefix(Self.metricLimit))
  }

  /// The file, named after its content.
  var file: SiteFile {
    var buffer = ByteBuffer(capacity: 200 * context.overview.experiments.count + 4000)
    buffer.append("document.dispatchEvent(new CustomEvent(\"keepsake-rows\",{detail:{\"columns\":[")
    appendColumns(to: &buffer)
    buffer.append("],\n\"rows\":[")
    for (place, position) in context.overview.listing.enumerated() {
      buffer.append(place == 0 ? "\n" : ",\n")
      appendRow(position, to: &buffer)
    }
    buffer.append("\n]}}));\n")
    return SiteFile(path: "data/rows.\(buffer.bytes.digestPrefix(8)).js", bytes: buffer.bytes)
  }

  private func appendColumns(to buffer: inout ByteBuffer) {
    var isFirst = true
    func column(
      _ key: StaticString, _ suffix: String = "", name: String, kind: StaticString,
      isShown: Bool = true, goal: PrimaryMetric.Goal? = nil
    ) {
      buffer.append(isFirst ? "\n{\"key\":\"" : ",\n{\"key\":\"")
      isFirst = false
      buffer.append(key)
      if suffix.isEmpty {
        buffer.append("\"")
      } else {
        // The key's own quote is already there, so only the text's inside follows.
        var json = ByteBuffer()
        json.append(json: suffix)
        buffer.append(markup: String(json.text.dropFirst()))
      }
      buffer.append(",\"name\":")
      buffer.append(json: name)
      buffer.append(",\"kind\":\"")
      buffer.append(kind)
      if let goal {
        buffer.append("\",\"goal\":\"")
        buffer.append(markup: goal.rawValue)
      }
      buffer.append(isShown ? "\",\"shown\":true}" : "\",\"shown\":false}")
    }
    func delta(_ name: String, isShown: Bool) {
      guard let baseline else { return }
      column(
        "d:", name, name: "Δ baseline", kind: "delta", isShown: isShown,
        goal: baseline.goal(of: name))
    }
    column("id", name: "Experiment", kind: "id")
    column("status", name: "Status", kind: "status")
    column("created", name: "Created (UTC)", kind: "time")
    column("duration", name: "Duration", kind: "tenths")
    for param in params {
      column(
        "p:", param.name, name: param.name, kind: "param",
        isShown: shownParams.contains(param.name))
    }
    if let metric = context.overview.metric {
      column("score", name: metric.name, kind: "metric")
      delta(metric.name, isShown: true)
      column("trend", name: "Trend", kind: "trend")
    }
    for (index, name) in metrics.enumerated() {
      let isShown = index < ExperimentTable.metricLimit
      column("m:", name, name: name, kind: "metric", isShown: isShown)
      delta(name, isShown: isShown)
    }
    if context.overview.metric != nil { column("step", name: "Step", kind: "param") }
    if sizes.contains(where: { $0 != nil }) { column("size", name: "Size", kind: "bytes") }
  }

  private func appendRow(_ position: Int, to buffer: inout ByteBuffer) {
    let overview = context.overview
    let summary = overview.experiments[position]
    let experiment = summary.experiment
    buffer.append("[[\"")
    if summary.hasPage { buffer.append(markup: summary.stem) }
    buffer.append("\",\"")
    buffer.append(markup: summary.shortID)
    buffer.append(position == overview.bestPosition ? "\",\"best\"],\"" : "\",\"\"],\"")
    buffer.append(markup: summary.status.rawValue)
    buffer.append("\",")
    buffer.append(Int(experiment.created.seconds / 60))
    buffer.append(",")
    if let duration = summary.duration {
      let (seconds, rest) = duration.components
      buffer.append(Int(seconds) * 10 + Int(rest / 100_000_000_000_000_000))
    } else {
      buffer.append("null")
    }
    for param in params {
      buffer.append(",")
      if let value = experiment.params[param.name] {
        buffer.append(json: value)
      } else {
        buffer.append("null")
      }
    }
    appendMetrics(of: summary, to: &buffer)
    if sizes.contains(where: { $0 != nil }) {
      buffer.append(",")
      if let size = sizes[position] { buffer.append(Int(size)) } else { buffer.append("null") }
    }
    buffer.append("]")
  }

  private func appendMetrics(of summary: ExperimentSummary, to buffer: inout ByteBuffer) {
    let checkpoints = summary.experiment.checkpoints
    let row = summary.scoreRow ?? summary.representativeRow
    func append(_ column: MetricColumn?) {
      buffer.append(",")
      guard let column, let row, let value = column.value(at: row) else {
        return buffer.append("null")
      }
      if case .number(let number) = value, number.isFinite,
        column.name != context.overview.metric?.name
      {
        // Seven digits are enough to sort and to show by.
        buffer.append(rounded: number)
      } else {
        buffer.append(json: value)
      }
    }
    func appendDelta(_ name: String) {
      guard let baseline else { return }
      buffer.append(",")
      if let difference = baseline.difference(in: name, of: summary) {
        buffer.append(rounded: difference)
      } else {
        buffer.append("null")
      }
    }
    if let metric = context.overview.metric {
      let column = checkpoints.column(metric.name)
      append(column)
      appendDelta(metric.name)
      buffer.append(",\"")
      if let column { buffer.append(trend: column, count: checkpoints.count) }
      buffer.append("\"")
    }
    for name in metrics {
      append(checkpoints.column(name))
      appendDelta(name)
    }
    guard context.overview.metric != nil else { return }
    buffer.append(",")
    if let row = summary.scoreRow {
      buffer.append(Int(checkpoints.steps[row]))
    } else {
      buffer.append("null")
    }
  }
}

extension ByteBuffer {
  /// Appends a finite number with seven significant digits.
  fileprivate mutating func append(rounded value: Double) {
    let decimal = ShortestDecimal(value).rounded(significant: 7)
    if (-6...20).contains(decimal.magnitude) || decimal.digits == 0 {
      append(plain: decimal, style: .data)
    } else {
      append(scientific: decimal, style: .data)
    }
  }

  /// Appends up to 24 heights as letters, of the last value of each part; a space for a gap.
  fileprivate mutating func append(trend column: MetricColumn, count rowCount: Int) {
    let count = min(24, rowCount)
    guard count > 0 else { return }
    let picked = (0..<count).map { part in
      column.number(at: count == 1 ? 0 : part * (rowCount - 1) / (count - 1))
    }
    let finite = picked.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return }
    let range = high - low
    for value in picked {
      guard value.isFinite else {
        append(UInt8(ascii: " "))
        continue
      }
      let height = range > 0 && range.isFinite ? (value - low) / range * 63 : 31
      append(0x30 + UInt8(height.rounded()))
    }
  }
}
