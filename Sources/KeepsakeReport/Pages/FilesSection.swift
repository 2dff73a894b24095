internal import KeepsakeModel

/// The files that were saved with an experiment and with its best checkpoint.
struct FilesSection {
  /// At most so many files of a snapshot are listed.
  static let rowLimit = 200

  /// Longer lists are folded away.
  static let foldLimit = 12

  private let summary: ExperimentSummary
  private let files: SavedFiles

  init(_ summary: ExperimentSummary, _ files: SavedFiles) {
    self.summary = summary
    self.files = files
  }

  /// The section's markup; empty when nothing was saved.
  var markup: ByteBuffer {
    var buffer = ByteBuffer()
    let checkpoints = summary.experiment.checkpoints
    if summary.experiment.hasSnapshot {
      buffer.append("<h3>Saved at the start</h3>\n")
      append(files.start, label: "Files at the start", since: nil, previousRow: nil, to: &buffer)
    }
    if let row = summary.representativeRow, checkpoints.hasFiles(at: row) {
      buffer.append(summary.bestRow == nil ? "<h3>Latest checkpoint, " : "<h3>Best checkpoint, ")
      buffer.append(checkpoint: row, of: summary)
      buffer.append("</h3>\n")
      append(
        files.checkpoint, label: "Files of the checkpoint", since: files.previous,
        previousRow: files.previousRow, to: &buffer)
    }
    return buffer
  }

  private func append(
    _ index: FileIndex?, label: StaticString, since previous: FileIndex?, previousRow: Int?,
    to buffer: inout ByteBuffer
  ) {
    guard let index else {
      return buffer.append(
        "<p class=\"quiet\">A list of these files is not at hand.</p>\n"
      )
    }
    let changes = previous.map { FileChange.changes(from: $0, to: index) } ?? []
    buffer.append("<p class=\"quiet\">")
    buffer.append(index.files.count, noun: "file", plural: "files")
    buffer.append(", ")
    buffer.append(byteCount: index.byteCount)
    if let previousRow {
      append(changes, isKnown: previous != nil, since: previousRow, to: &buffer)
    }
    buffer.append(".</p>\n")
    if index.files.isEmpty { return }
    let isFolded = index.files.count > Self.foldLimit
    if isFolded {
      buffer.append("<details class=\"box\"><summary>Files")
      if index.files.count > Self.rowLimit {
        buffer.append(" (")
        buffer.append(Self.rowLimit)
        buffer.append(" of ")
        buffer.append(grouped: index.files.count)
        buffer.append(")")
      }
      buffer.append("</summary>\n")
    }
    appendTable(
      index, label: label,
      changes: Dictionary(changes.map { ($0.path, $0.change) }) { first, _ in first }, to: &buffer)
    if isFolded { buffer.append("</details>\n") }
  }

  private func append(
    _ changes: [(path: String, change: FileChange)], isKnown: Bool, since row: Int,
    to buffer: inout ByteBuffer
  ) {
    buffer.append("; ")
    if isKnown {
      var isFirst = true
      for kind in [FileChange.new, .changed, .permissions, .removed] {
        let count = changes.count { $0.change == kind }
        guard count > 0 else { continue }
        if !isFirst { buffer.append(", ") }
        isFirst = false
        buffer.append(grouped: count)
        buffer.append(" ")
        buffer.append(markup: kind.rawValue)
      }
      if isFirst { buffer.append("nothing changed") }
      buffer.append(" since the snapshot before, ")
    } else {
      buffer.append("the files of the snapshot before are not known, ")
    }
    buffer.append(checkpoint: row, of: summary)
    buffer.append(" at step ")
    buffer.append(integer: summary.experiment.checkpoints.steps[row])
  }

  private func appendTable(
    _ index: FileIndex, label: StaticString, changes: [String: FileChange],
    to buffer: inout ByteBuffer
  ) {
    buffer.append("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
    buffer.append(label)
    buffer.append("\">\n")
    buffer.append("<table class=\"file-table\">\n<thead><tr><th scope=\"col\">Path</th>")
    buffer.append("<th scope=\"col\" class=\"number\">Size</th><th scope=\"col\">SHA-256</th>")
    if !changes.isEmpty { buffer.append("<th scope=\"col\">Change</th>") }
    buffer.append("</tr></thead>\n<tbody>\n")
    for file in index.files.prefix(Self.rowLimit) {
      buffer.append("<tr><th scope=\"row\"><code>")
      buffer.append(text: file.path)
      if let target = file.linkTarget {
        buffer.append(" → ")
        buffer.append(text: target)
      }
      buffer.append("</code></th><td class=\"number\">")
      buffer.append(byteCount: file.byteCount)
      buffer.append("</td><td><code>")
      if let digest = file.digest { buffer.append(markup: String(digest.hex.prefix(12))) }
      buffer.append("</code></td>")
      if !changes.isEmpty {
        let change = changes[file.path] ?? .same
        buffer.append(change == .same ? "<td class=\"kind\">" : "<td>")
        buffer.append(markup: change.rawValue)
        buffer.append("</td>")
      }
      buffer.append("</tr>\n")
    }
    for path in changes.keys.filter({ changes[$0] == .removed }).sorted(by: { $0.utf8Precedes($1) })
      .prefix(Self.rowLimit)
    {
      buffer.append("<tr class=\"gone\"><th scope=\"row\"><code>")
      buffer.append(text: path)
      buffer.append("</code></th><td></td><td></td><td>removed</td></tr>\n")
    }
    buffer.append("</tbody>\n</table>\n</div>\n")
  }
}

extension ByteBuffer {
  /// Appends a checkpoint's identifier, on its experiment's page.
  mutating func append(checkpoint row: Int, of summary: ExperimentSummary) {
    append("<code>")
    append(markup: summary.experiment.checkpoints.ids[row].short)
    append("</code>")
  }
}
