internal import KeepsakeModel

/// How the content of a saved text file differs between two experiments.
struct FileDiff: Sendable {
  /// At most so many files of an experiment are compared.
  static let fileLimit = 10

  /// Longer files are not compared.
  static let byteLimit = 200_000

  /// Longer differences are cut.
  static let lineLimit = 400

  /// The file's path.
  let path: String

  /// The lines that changed, with some around them.
  let diff: TextDiff

  /// Compares the text files saved at the start that are in both experiments and differ.
  static func load(
    from old: Opponent, to new: ExperimentID, _ newFiles: SavedFiles,
    in source: any SnapshotSource
  ) async -> [FileDiff] {
    guard let oldIndex = old.start, let newIndex = newFiles.start else { return [] }
    var diffs: [FileDiff] = []
    let changed = FileChange.changes(from: oldIndex, to: newIndex).filter { $0.change == .changed }
    for (path, _) in changed.prefix(fileLimit) {
      if let diff = await load(path, from: old.id, to: new, in: source) { diffs.append(diff) }
    }
    return diffs
  }

  /// Compares a file saved at the start of two experiments; `nil` where either is no text that is
  /// at hand, or the lines are the same.
  static func load(
    _ path: String, from old: ExperimentID, to new: ExperimentID, in source: any SnapshotSource
  ) async -> FileDiff? {
    guard
      let before = await source.contents(of: path, in: .experiment(old), limit: byteLimit),
      let after = await source.contents(of: path, in: .experiment(new), limit: byteLimit),
      let diff = TextDiff(old: before, new: after), !diff.hunks.isEmpty
    else { return nil }
    return FileDiff(path: path, diff: diff)
  }

  /// Whether a file is worth reading.
  static func mayRead(_ file: SnapshotFile) -> Bool {
    file.linkTarget == nil && file.byteCount <= byteLimit
  }

  /// Appends the file's changes, folded.
  ///
  /// - Parameter label: what stands after the path.
  func append(label: String = "", to buffer: inout ByteBuffer) {
    let lines = diff.hunks.lazy.flatMap(\.lines)
    buffer.append("<details class=\"box file-diff\"><summary><code>")
    buffer.append(text: path)
    buffer.append("</code> ")
    if !label.isEmpty {
      buffer.append(text: label)
      buffer.append(" ")
    }
    buffer.append("<span class=\"added\">+")
    buffer.append(lines.count { $0.change == .added })
    buffer.append("</span> <span class=\"removed\">\u{2212}")
    buffer.append(lines.count { $0.change == .removed })
    buffer.append("</span></summary>\n<pre class=\"diff\" tabindex=\"0\"><code>")
    var count = 0
    for hunk in diff.hunks {
      if count >= Self.lineLimit { break }
      buffer.append("<span class=\"hunk\">")
      buffer.append(markup: hunk.header)
      buffer.append("</span>\n")
      for line in hunk.lines.prefix(Self.lineLimit - count) { append(line, to: &buffer) }
      count += hunk.lines.count
    }
    if count > Self.lineLimit { buffer.append("<span class=\"hunk\">… and more</span>\n") }
    buffer.append("</code></pre>\n</details>\n")
  }

  private func append(_ line: TextDiff.Line, to buffer: inout ByteBuffer) {
    switch line.change {
    case .none: buffer.append(" ")
    case .added: buffer.append("<ins>+")
    case .removed: buffer.append("<del>-")
    }
    buffer.append(text: line.text)
    switch line.change {
    case .none: buffer.append("\n")
    case .added: buffer.append("</ins>\n")
    case .removed: buffer.append("</del>\n")
    }
  }
}
