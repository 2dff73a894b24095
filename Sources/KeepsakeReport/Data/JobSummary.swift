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
  private let baseline: Baseline?
  private let seeds: SeedGroups?
  private var overview: Overview { context.overview }

  init(_ context: SiteContext, seeds: SeedGroups?) {
    self.seeds = seeds
    self.context = context
    baseline = Baseline(context)
  }

  /// The file.
  var file: SiteFile {
    var buffer = ByteBuffer()
    buffer.append("## ")
    buffer.append(code: context.options.title)
    buffer.append("\n\n")
    appendCounts(to: &buffer)
    let highlights = Highlights(context, in: .markdown)
    for sentence in [highlights.best, highlights.newest].compactMap({ $0 }) {
      buffer.append("\n")
      buffer.append(markup: sentence.bytes)
      buffer.append("\n")
    }
    if let metric = overview.metric, !overview.best.isEmpty {
      appendBest(metric, to: &buffer)
      if let seeds { append(seeds, metric, to: &buffer) }
    }
    var bytes = buffer.bytes
    if bytes.count > Self.byteLimit {
      bytes = Array("The summary is too long; see the report.\n".utf8)
    }
    return SiteFile(path: Self.path, bytes: bytes)
  }

  private func appendCounts(to buffer: inout ByteBuffer) {
    buffer.append(overview.experiments.count, noun: "experiment", plural: "experiments")
    for status in [ExperimentStatus.running, .failed, .killed] {
      let count = overview.statusCounts[status, default: 0]
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
  }

  /// Appends the best experiments, and the baseline where it is none of them.
  private func appendBest(_ metric: PrimaryMetric, to buffer: inout ByteBuffer) {
    let params = Array(ExperimentColumns.params(of: overview).prefix(Self.paramLimit))
    buffer.append("\nThe best by ")
    buffer.append(code: metric.name)
    buffer.append(metric.goal == .minimize ? ", lowest first:\n\n" : ", highest first:\n\n")
    buffer.append("| | experiment | status | ")
    buffer.append(code: metric.name, isInTable: true)
    buffer.append(baseline == nil ? " | step |" : " | Δ baseline | step |")
    for param in params { append(heading: param.name, to: &buffer) }
    buffer.append("\n| ---: | --- | --- | ---: |")
    buffer.append(baseline == nil ? " ---: |" : " ---: | ---: |")
    appendAlignments(of: params, to: &buffer)
    let ranked = overview.ranking.prefix { overview.experiments[$0].score != nil }
    let shown = ranked.prefix(Self.rowLimit)
    for (place, position) in shown.enumerated() {
      append(position, place: place, metric, params, to: &buffer)
    }
    if let position = baseline?.position, !shown.contains(position) {
      append(position, place: ranked.firstIndex(of: position), metric, params, to: &buffer)
    }
  }

  private func append(
    _ position: Int, place: Int?, _ metric: PrimaryMetric, _ params: [ParamSurvey.Varying],
    to buffer: inout ByteBuffer
  ) {
    let summary = overview.experiments[position]
    buffer.append("| ")
    if let place { buffer.append(place + 1) }
    buffer.append(place == 0 ? " | **`" : " | `")
    buffer.append(markup: summary.shortID)
    buffer.append(place == 0 ? "`**" : "`")
    if position == baseline?.position { buffer.append(" baseline") }
    buffer.append(" | ")
    buffer.append(markup: summary.status.rawValue)
    buffer.append(" | ")
    if let score = summary.score { buffer.append(metric: score) }
    buffer.append(" | ")
    if let baseline {
      if let difference = baseline.difference(in: metric.name, of: summary) {
        if difference > 0 { buffer.append("+") }
        buffer.append(metric: difference)
      }
      buffer.append(" | ")
    }
    if let row = summary.scoreRow {
      buffer.append(integer: summary.experiment.checkpoints.steps[row])
    }
    buffer.append(" |")
    append(params, of: summary.experiment.params, to: &buffer)
  }

  /// Appends the groups of runs that differ in their seed alone.
  private func append(
    _ seeds: SeedGroups, _ metric: PrimaryMetric, to buffer: inout ByteBuffer
  ) {
    let params = Array(
      ParamSurvey(seeds.groups.map(\.params)).varying.prefix(Self.paramLimit))
    buffer.append("\nMean ± standard deviation (n − 1) of runs that differ in ")
    buffer.append(code: seeds.seed)
    buffer.append(" alone, the best first:\n\n| | ")
    buffer.append(code: metric.name, isInTable: true)
    buffer.append(" | n | best run |")
    for param in params { append(heading: param.name, to: &buffer) }
    buffer.append("\n| ---: | ---: | ---: | --- |")
    appendAlignments(of: params, to: &buffer)
    for (place, group) in seeds.groups.prefix(Self.rowLimit).enumerated() {
      buffer.append("| ")
      buffer.append(place + 1)
      buffer.append(" | ")
      buffer.append(metric: group.mean)
      buffer.append(" ± ")
      buffer.append(metric: group.deviation)
      buffer.append(" | ")
      buffer.append(group.positions.count)
      buffer.append(" | ")
      buffer.append(code: overview.experiments[group.positions[0]].shortID)
      buffer.append(" |")
      append(params, of: group.params, to: &buffer)
    }
    let hidden = seeds.groups.count - Self.rowLimit
    if hidden > 0 {
      buffer.append("\n")
      buffer.append(hidden, noun: "more group is", plural: "more groups are")
      buffer.append(" in the report.\n")
    }
  }

  private func append(heading name: String, to buffer: inout ByteBuffer) {
    buffer.append(" ")
    buffer.append(code: name, isInTable: true)
    buffer.append(" |")
  }

  private func appendAlignments(of params: [ParamSurvey.Varying], to buffer: inout ByteBuffer) {
    for param in params { buffer.append(param.isNumeric ? " ---: |" : " --- |") }
    buffer.append("\n")
  }

  /// Appends the cells of params and ends the row.
  private func append(
    _ params: [ParamSurvey.Varying], of values: NamedValues, to buffer: inout ByteBuffer
  ) {
    for param in params {
      buffer.append(" ")
      if let value = values[param.name] { buffer.append(codeParam: value, isInTable: true) }
      buffer.append(" |")
    }
    buffer.append("\n")
  }
}

extension ByteBuffer {
  /// Appends a param's value: a number, or a Markdown code span.
  mutating func append(codeParam value: JSONValue, isInTable: Bool = false) {
    if value.isNumber { return append(param: value) }
    append(code: value.stringValue ?? value.readableJSON, isInTable: isInTable)
  }

  /// Appends text as a Markdown code span, cut to 60 characters.
  mutating func append(code text: String, isInTable: Bool = false) {
    var cut = String(
      ByteBuffer.spellingOutTurns(in: String(text.prefix(60)))
        .map { $0.isNewline || $0 == "\t" ? " " : $0 }.filter {
          $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        })
    if text.count > 60 { cut += "…" }
    let longest = cut.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let isPadded = cut.hasPrefix("`") || cut.hasSuffix("`") || cut.isEmpty
    append(markup: fence)
    if isPadded { append(" ") }
    // Tables are parted at bars before code spans are read.
    append(markup: isInTable ? cut.replacing("|", with: "\\|") : cut)
    if isPadded { append(" ") }
    append(markup: fence)
  }
}
