internal import KeepsakeModel
internal import KeepsakeRepository

/// The files that `checkout` would write: an experiment's, with a checkpoint's over them.
struct SnapshotFiles {
  /// A file, and the snapshot that it is in.
  struct Entry {
    let file: SnapshotFile
    let snapshot: SnapshotID
  }

  /// By path.
  private(set) var entries: [String: Entry] = [:]

  /// Reads the lists of files.
  init(of item: Selection, in repository: Repository) async throws {
    var snapshots: [SnapshotID] = []
    if item.experiment.hasSnapshot { snapshots.append(.experiment(item.experiment.id)) }
    if let checkpoint = item.checkpoint, checkpoint.hasSnapshot {
      snapshots.append(.checkpoint(checkpoint.id))
    }
    for snapshot in snapshots {
      for file in try await repository.files(of: snapshot).files {
        entries[file.path] = Entry(file: file, snapshot: snapshot)
      }
    }
  }
}
