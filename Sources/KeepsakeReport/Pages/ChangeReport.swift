internal import KeepsakeModel

/// "Why did it change?": what an experiment did otherwise than the baseline and the best one.
struct ChangeReport {
  private let summary: ExperimentSummary
  private let files: SavedFiles
  private let opponents: [Opponent]
  private var diffs: [[FileDiff]]

  /// Compares an experiment with others.
  ///
  /// - Parameters:
  ///   - files: what the experiment saved.
  ///   - snapshots: where the contents of files that differ come from; `nil` to name those only.
  init(
    _ summary: ExperimentSummary, files: SavedFiles, opponents: [Opponent],
    contents snapshots: (any SnapshotSource)?
  ) async {
    self.summary = summary
    self.files = files
    self.opponents = opponents
    diffs = opponents.map { _ in [] }
    guard let snapshots else { return }
    for (place, opponent) in opponents.enumerated() {
      diffs[place] = await FileDiff.load(
        from: opponent, to: summary.experiment.id, files, in: snapshots)
    }
  }

  /// A table for each experiment that it is compared with; empty when there is none.
  var markup: ByteBuffer {
    var buffer = ByteBuffer()
    for (opponent, diffs) in zip(opponents, diffs) {
      append(opponent, to: &buffer)
      for diff in diffs { diff.append(to: &buffer) }
    }
    return buffer
  }

  private func append(_ old: Opponent, to buffer: inout ByteBuffer) {
    let new = summary.experiment
    buffer.append("<h3>Against ")
    buffer.append(old.name)
    buffer.append(", ")
    buffer.append(link: old.link, root: "../")
    buffer.append("</h3>\n")
    var (rows, comparesFiles) = (ByteBuffer(), false)
    appendMetrics(
      ParamChange.changes(from: old.metrics, to: Self.metrics(of: summary)), to: &rows)
    append(ParamChange.changes(from: old.params, to: new.params), group: "Param", to: &rows)
    append(ParamChange.changes(from: old.code, to: Self.code(of: new)), group: "Code", to: &rows)
    if let own = files.start, let other = old.start {
      comparesFiles = true
      appendFiles(from: other, to: own, in: &rows)
    }
    append(
      ParamChange.changes(from: old.packages, to: new.packages), group: "Package", to: &rows)
    if rows.count == 0 {
      buffer.append("<p>Metrics, params, packages, ")
      if comparesFiles { buffer.append("the files saved at the start ") }
      return buffer.append("and command are the same.</p>\n")
    }
    buffer.append(
      "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Differences from ")
    buffer.append(old.name)
    buffer.append("\">\n")
    buffer.append("<table class=\"diff-table\">\n<thead><tr><th scope=\"col\">What</th>")
    buffer.append("<th scope=\"col\">Name</th><th scope=\"col\">This: ")
    buffer.append(markup: summary.shortID)
    buffer.append("</th><th scope=\"col\">")
    buffer.append(markup: old.link.shortID)
    buffer.append("</th></tr></thead>\n<tbody>\n")
    buffer.append(markup: rows.bytes)
    buffer.append("</tbody>\n</table>\n</div>\n")
    if comparesFiles {
      buffer.append("<p class=\"quiet\">Of files, those saved at the start are compared, ")
      buffer.append("not those of checkpoints.</p>\n")
    }
  }

  /// Appends the files saved at the start that are not the same.
  private func appendFiles(
    from other: FileIndex, to own: FileIndex, in buffer: inout ByteBuffer
  ) {
    let changes = FileChange.changes(from: other, to: own)
    for (path, change) in changes.filter({ $0.change != .same }).prefix(100) {
      buffer.append("<tr><td class=\"kind\">File at start</td><th scope=\"row\"><code>")
      buffer.append(text: path)
      buffer.append("</code></th>")
      if change == .changed {
        buffer.append("<td class=\"text\" colspan=\"2\">different content</td></tr>\n")
        continue
      }
      for (list, hasIt) in [(own, change == .new), (other, change == .removed)] {
        if change == .permissions, let file = list.files.first(where: { $0.path == path }) {
          buffer.append("<td class=\"text\">permissions ")
          buffer.append(markup: String(file.mode, radix: 8))
          buffer.append("</td>")
          continue
        }
        buffer.append(
          hasIt ? "<td class=\"text\">has it</td>" : "<td class=\"none\">not there</td>")
      }
      buffer.append("</tr>\n")
    }
  }

  /// The metrics of the checkpoint that stands for an experiment.
  static func metrics(of summary: ExperimentSummary) -> NamedValues {
    summary.representativeRow.map { summary.experiment.checkpoints[$0].metrics } ?? [:]
  }

  /// What is known about the program.
  static func code(of experiment: Experiment) -> NamedValues {
    var members = [JSONMember("command", .string(experiment.command))]
    if let git = experiment.git {
      let suffix = git.isDirty ? " with changes" : ""
      members.append(JSONMember("commit", .string(git.commit.prefix(12) + suffix)))
      members.append(JSONMember("branch", .string(git.branch)))
    }
    members.append(JSONMember("Python", .string(experiment.pythonVersion)))
    members.append(JSONMember("host", .string(experiment.host)))
    return NamedValues(members.filter { $0.value != .string("") })
  }

  /// Appends metrics with their differences, the primary one first.
  private func appendMetrics(_ changes: [ParamChange], to buffer: inout ByteBuffer) {
    let sorted = MetricOrder.sorted(
      changes, primary: summary.primaryMetric?.name, name: \.name)
    for change in sorted.prefix(100) {
      buffer.append("<tr><td class=\"kind\">Metric</td><th scope=\"row\">")
      buffer.append(name: change.name)
      buffer.append("</th>")
      if let new = change.new {
        buffer.append("<td class=\"number\">")
        buffer.append(metric: new)
        if let a = change.old?.doubleValue, let b = new.doubleValue, (b - a).isFinite {
          buffer.append(b < a ? " <span class=\"was\">(" : " <span class=\"was\">(+")
          buffer.append(metric: Highlights.plain(b - a, near: max(a.magnitude, b.magnitude)))
          buffer.append(")</span>")
        }
        buffer.append("</td>")
      } else {
        buffer.append(diffCell: nil)
      }
      if let old = change.old {
        buffer.append("<td class=\"number\">")
        buffer.append(metric: old)
        buffer.append("</td></tr>\n")
      } else {
        buffer.append(diffCell: nil)
        buffer.append("</tr>\n")
      }
    }
  }

  private func append(
    _ changes: [ParamChange], group: StaticString, to buffer: inout ByteBuffer
  ) {
    for change in changes.prefix(200) {
      buffer.append("<tr><td class=\"kind\">")
      buffer.append(group)
      buffer.append("</td><th scope=\"row\">")
      buffer.append(name: change.name)
      buffer.append("</th>")
      buffer.append(diffCell: change.new)
      buffer.append(diffCell: change.old)
      buffer.append("</tr>\n")
    }
  }
}

extension ByteBuffer {
  /// From so many bytes of markup a value is folded: a few of them would fill the window.
  private static let longText = 300

  /// Appends a cell of a table of differences.
  mutating func append(diffCell value: JSONValue?) {
    guard let value else { return append("<td class=\"none\">not set</td>") }
    append(value.isNumber ? "<td class=\"number\">" : "<td class=\"text\">")
    var text = ByteBuffer()
    text.append(param: value)
    guard text.count > Self.longText else {
      append(markup: text.bytes)
      return append("</td>")
    }
    var plain = ByteBuffer()
    plain.append(plainParam: value)
    append("<details><summary>")
    append(text: "\(plain.text.prefix(60))…\(plain.text.suffix(60))")
    append("</summary>")
    append(markup: text.bytes)
    append("</details></td>")
  }
}
