internal import KeepsakeModel

/// The lists of files that an experiment's page shows.
struct SavedFiles: Sendable {
  /// The files saved at the start.
  var start: FileIndex?

  /// The files of the checkpoint that stands for the experiment.
  var checkpoint: FileIndex?

  /// The row of the snapshot before that one, and its files.
  var previousRow: Int?
  var previous: FileIndex?

  /// The size of what a checkout brings back; `nil` when it is not known.
  var byteCount: Int64? {
    if start == nil, checkpoint == nil { return nil }
    return (start?.byteCount ?? 0) &+ (checkpoint?.byteCount ?? 0)
  }

  /// Reads the lists that there are.
  ///
  /// - Parameter isBrief: leaves out the snapshot before, which only the page needs.
  static func load(
    _ summary: ExperimentSummary, from source: any SnapshotSource, isBrief: Bool = false
  ) async -> SavedFiles {
    var files = SavedFiles()
    let experiment = summary.experiment
    let checkpoints = experiment.checkpoints
    if experiment.hasSnapshot { files.start = await source.index(of: .experiment(experiment.id)) }
    guard let row = summary.representativeRow, checkpoints.hasFiles(at: row) else {
      return files
    }
    files.checkpoint = await source.index(of: .checkpoint(checkpoints.ids[row]))
    if isBrief || files.checkpoint == nil { return files }
    if let previous = (0..<row).last(where: checkpoints.hasFiles) {
      files.previousRow = previous
      files.previous = await source.index(of: .checkpoint(checkpoints.ids[previous]))
    }
    return files
  }
}

/// How a file differs from the one of the same path in another snapshot.
enum FileChange: String, Sendable {
  case new
  /// It has another content.
  case changed
  /// It has the same content and other permissions.
  case permissions = "permissions changed"
  case same
  case removed

  /// What differs between two lists, by path.
  static func changes(
    from old: FileIndex, to new: FileIndex
  ) -> [(path: String, change: FileChange)] {
    var changes: [(String, FileChange)] = []
    var (a, b) = (old.files[...], new.files[...])
    while let next = [a.first?.path, b.first?.path].compactMap({ $0 }).min(by: {
      $0.utf8Precedes($1)
    }) {
      let before = a.first?.path == next ? a.removeFirst() : nil
      let after = b.first?.path == next ? b.removeFirst() : nil
      switch (before, after) {
      case (nil, _?): changes.append((next, .new))
      case (_?, nil): changes.append((next, .removed))
      case (let before?, let after?):
        let isSame = before == after
        changes.append(
          (next, isSame ? .same : before.hasContent(of: after) ? .permissions : .changed))
      case (nil, nil): break
      }
    }
    return changes
  }
}

extension SnapshotFile {
  /// Whether it has the content of `other`, whatever the permissions.
  func hasContent(of other: SnapshotFile) -> Bool {
    byteCount == other.byteCount && digest == other.digest && linkTarget == other.linkTarget
  }
}
