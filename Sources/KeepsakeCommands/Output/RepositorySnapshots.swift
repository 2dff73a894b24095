internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository
internal import KeepsakeStores

/// The saved files of a repository, as a report asks for them.
struct RepositorySnapshots: SnapshotSource {
  let repository: Repository

  /// The recorded list; on a disk also the list of a tarball that 0.4.2 wrote, which must be read
  /// to its end.
  func index(of snapshot: SnapshotID) async -> FileIndex? {
    if repository.store is DiskStore { return try? await repository.files(of: snapshot) }
    return try? await repository.fileIndex(of: snapshot)
  }

  func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
    try? await repository.contents(of: path, in: snapshot, limit: limit)
  }
}
