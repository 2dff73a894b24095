internal import KeepsakeModel

/// The report in brief as Markdown, for the summary of a CI job or a comment.
///
/// GitHub takes at most 1 MiB for a summary and 64 KiB for a comment. Everything from outside stands
/// in code spans, so that names neither format, nor link, nor notify people.
struct JobSummary {
  static let path = "summary.md"

  /// The size that is never exceeded.
  static let byteLimit = 60_000

  private static let rowLimit = 10
  private static let paramLimit = 6

  private let context: SiteContext
  private var overview: Overview { context.overview }

  init(_ context: SiteContext) { self.context = context }

  /// The file.
  var file: SiteFile {
    var buffer = ByteBuffer()
    buffer.append("## ")
    buffer.append(code: context.options.title)
    buffer.append("\n\n")
    buffer.append(overview.experiments.count, noun: "experiment", plural: "experiments")
    for status in [ExperimentStatus.running, .failed, .killed] {
      let count = overview.experiments.count { $0.status == status }
      guard count > 0 else { continue }
      buffer.append(", ")
      buffer.append(grouped: count)
      buffer.append(" ")
      buffer.append(markup: status.rawValue)
    }
    if !context.problems.isEmpty {
      buffer.append("; **")
      buffer.append(context.problems.count, noun: "problem", plural: "problems")
      buffer.append("**, see the health page")
    }
    buffer.append(".\n")
    if let metric = overview.metric, !overview.best.isEmpty { append(metric, to: &buffer) }
    var bytes = buffer.bytes
    if bytes.count > Self.byteLimit {
      bytes = Array("The summary is too long; see the report.\n".utf8)
    }
    return SiteFile(path: Self.path, bytes: bytes)
  }

  private func append(_ metric: PrimaryMetric, to buffer: inout ByteBuffer) {
    let params = ExperimentColumns.params(of: overview).prefix(Self.paramLimit)
    buffer.append("\nThe best by ")
    buffer.append(code: metric.name)
    buffer.append(metric.goal == .minimize ? ", lowest first:\n\n" : ", highest first:\n\n")
    buffer.append("| experiment | status | ")
    buffer.append(code: metric.name)
    buffer.append(" | step |")
    for param in params {
      buffer.append(" ")
      buffer.append(code: param.name)
      buffer.append(" |")
    }
    buffer.append("\n| --- | --- | ---: | ---: |")
    for param in params { buffer.append(param.isNumeric ? " ---: |" : " --- |") }
    buffer.append("\n")
    for position in overview.ranking.prefix(Self.rowLimit) {
      let summary = overview.experiments[position]
      guard let score = summary.score else { continue }
      buffer.append(position == overview.bestPosition ? "| **`" : "| `")
      buffer.append(markup: summary.shortID)
      buffer.append(position == overview.bestPosition ? "`** | " : "` | ")
      buffer.append(markup: summary.status.rawValue)
      buffer.append(" | ")
      buffer.append(metric: score)
      buffer.append(" | ")
      if let row = summary.scoreRow {
        buffer.append(integer: summary.experiment.checkpoints.steps[row])
      }
      buffer.append(" |")
      for param in params {
        buffer.append(" ")
        if let value = summary.experiment.params[param.name] {
          if value.isNumber {
            buffer.append(param: value)
          } else {
            buffer.append(code: value.stringValue ?? value.readableJSON)
          }
        }
        buffer.append(" |")
      }
      buffer.append("\n")
    }
  }
}

extension ByteBuffer {
  /// Appends text as a Markdown code span that may stand in a table, cut to 60 characters.
  mutating func append(code text: String) {
    var cut = String(
      text.prefix(60).map { $0.isNewline || $0 == "\t" ? " " : $0 }.filter {
        $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
      })
    if text.count > 60 { cut += "…" }
    let longest = cut.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let isPadded = cut.hasPrefix("`") || cut.hasSuffix("`") || cut.isEmpty
    append(markup: fence)
    if isPadded { append(" ") }
    for character in cut {
      if character == "|" { append("\\") }
      append(markup: String(character))
    }
    if isPadded { append(" ") }
    append(markup: fence)
  }
}
