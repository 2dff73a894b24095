internal import KeepsakeModel

/// The rows of the table of experiments for the script, which sorts and filters them.
///
/// A script and not JSON, because pages opened from a disk cannot load JSON. It sends itself as the
/// event `keepsake-rows`, whose `detail` is
///
///     {"columns": [{"key", "name", "kind", "goal", "group", "numeric", "shown"}…],
///      "constants": [["name", value]…], "rows": [[…]…]}
///
/// Kinds: `id` ([file stem or "", short id, tags]), `status`, `time` (minutes since 1970), `tenths`
/// (of a second), `bytes`, `metric`, `delta`, `param`, `trend` (a letter from `0` to `p` for each of up
/// to 24 heights). Of what is known to be good when small or large, `goal` says which. Missing values
/// are `null`; numbers that JSON lacks are the strings of repositories.
struct RowsData: Sendable {
  private let context: SiteContext
  private let sizes: [Int64?]
  private let baseline: Baseline?
  private let columns: [ExperimentColumn]

  init(_ context: SiteContext, sizes: [Int64?]) {
    self.context = context
    self.sizes = sizes
    baseline = Baseline(context)
    columns = ExperimentColumns(context, hasSizes: sizes.contains { $0 != nil }).all
  }

  /// The file, named after its content.
  var file: SiteFile {
    var buffer = ByteBuffer(capacity: 200 * context.overview.experiments.count + 4000)
    buffer.append("document.dispatchEvent(new CustomEvent(\"keepsake-rows\",{detail:{\"columns\":[")
    appendColumns(to: &buffer)
    buffer.append("],\n\"constants\":[")
    for (place, param) in context.overview.params.constant.enumerated() {
      buffer.append(place == 0 ? "[" : ",[")
      buffer.append(json: param.name)
      buffer.append(",")
      buffer.append(json: param.value)
      buffer.append("]")
    }
    buffer.append("],\n\"rows\":[")
    for (place, position) in context.overview.listing.enumerated() {
      buffer.append(place == 0 ? "\n" : ",\n")
      appendRow(position, to: &buffer)
    }
    buffer.append("\n]}}));\n")
    return SiteFile(path: "data/rows.\(buffer.bytes.digestPrefix(8)).js", bytes: buffer.bytes)
  }

  private func appendColumns(to buffer: inout ByteBuffer) {
    for (place, column) in columns.enumerated() {
      buffer.append(place == 0 ? "\n{\"key\":" : ",\n{\"key\":")
      buffer.append(json: column.key)
      buffer.append(",\"name\":")
      buffer.append(json: column.name)
      buffer.append(",\"kind\":\"")
      buffer.append(Self.kind(of: column.content))
      if let goal = goal(of: column.content) {
        buffer.append("\",\"goal\":\"")
        buffer.append(markup: goal.rawValue)
      }
      buffer.append("\",\"group\":\"")
      buffer.append(markup: column.group)
      buffer.append(column.isNumeric ? "\",\"numeric\":true" : "\",\"numeric\":false")
      buffer.append(column.isShown ? ",\"shown\":true}" : ",\"shown\":false}")
    }
  }

  private func goal(of content: ExperimentColumn.Content) -> PrimaryMetric.Goal? {
    switch content {
    case .score: context.overview.metric?.goal
    case .delta(let name): baseline?.goal(of: name)
    default: nil
    }
  }

  private static func kind(of content: ExperimentColumn.Content) -> StaticString {
    switch content {
    case .id: "id"
    case .status: "status"
    case .score, .metric: "metric"
    case .delta: "delta"
    case .trend: "trend"
    case .step, .param: "param"
    case .created: "time"
    case .duration: "tenths"
    case .size: "bytes"
    }
  }

  private func appendRow(_ position: Int, to buffer: inout ByteBuffer) {
    let summary = context.overview.experiments[position]
    for (place, column) in columns.enumerated() {
      buffer.append(place == 0 ? "[" : ",")
      append(column, position, summary, to: &buffer)
    }
    buffer.append("]")
  }

  private func append(
    _ column: ExperimentColumn, _ position: Int, _ summary: ExperimentSummary,
    to buffer: inout ByteBuffer
  ) {
    let checkpoints = summary.experiment.checkpoints
    switch column.content {
    case .id:
      buffer.append("[\"")
      if summary.hasPage { buffer.append(markup: summary.stem) }
      buffer.append("\",\"")
      buffer.append(markup: summary.shortID)
      buffer.append(position == context.overview.bestPosition ? "\",\"best" : "\",\"")
      buffer.append(position == baseline?.position ? " baseline\"]" : "\"]")
    case .status:
      buffer.append("\"")
      buffer.append(markup: summary.status.rawValue)
      buffer.append("\"")
    case .score: append(metric: column.name, of: summary, isExact: true, to: &buffer)
    case .metric(let name): append(metric: name, of: summary, to: &buffer)
    case .delta(let name):
      append(baseline?.difference(in: name, of: summary), to: &buffer) { $0.append(rounded: $1) }
    case .trend:
      buffer.append("\"")
      if let column = context.overview.metric.flatMap({ checkpoints.column($0.name) }) {
        buffer.append(trend: column, count: checkpoints.count)
      }
      buffer.append("\"")
    case .step:
      append(summary.scoreRow, to: &buffer) { $0.append(Int(checkpoints.steps[$1])) }
    case .created:
      let created = summary.experiment.created
      append(created.isKnown ? created.seconds / 60 : nil, to: &buffer) { $0.append(Int($1)) }
    case .duration:
      append(summary.duration?.components, to: &buffer) {
        $0.append(Int($1.seconds) * 10 + Int($1.attoseconds / 100_000_000_000_000_000))
      }
    case .param(let name):
      append(summary.experiment.params[name], to: &buffer) { $0.append(json: $1) }
    case .size:
      append(sizes[position], to: &buffer) { $0.append(Int($1)) }
    }
  }

  /// Appends a value by `write`, and `null` for none.
  private func append<Value>(
    _ value: Value?, to buffer: inout ByteBuffer, by write: (inout ByteBuffer, Value) -> Void
  ) {
    if let value { write(&buffer, value) } else { buffer.append("null") }
  }

  private func append(
    metric name: String, of summary: ExperimentSummary, isExact: Bool = false,
    to buffer: inout ByteBuffer
  ) {
    guard let row = summary.scoreRow ?? summary.representativeRow,
      let value = summary.experiment.checkpoints.value(of: name, at: row)
    else { return buffer.append("null") }
    if case .number(let number) = value, number.isFinite, !isExact {
      // Seven digits are enough to sort and to show by.
      buffer.append(rounded: number)
    } else {
      buffer.append(json: value)
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

  /// Appends up to 24 heights as letters, of the last value of each part; a space for a gap. The letters
  /// are `0` to `p` without the backslash, which JSON would read as an escape.
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
      let letter = 0x30 + UInt8(height.rounded())
      append(letter < UInt8(ascii: "\\") ? letter : letter + 1)
    }
  }
}
