internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository
internal import Synchronization

/// The lists of saved files in a repository that is not on this machine.
///
/// The files themselves are not fetched, as most are weights, but for the pictures of notes. A
/// repository that 0.4.2 wrote has no lists.
final class RemoteSnapshots: SnapshotSource {
  private let repository: Repository
  private let pictures: RemotePictures

  /// The snapshots that have a list.
  private let listed: Set<String>

  /// What was read, as far as it is worth the memory: the lists of the experiments that others are
  /// compared with are asked for twice.
  private let kept = Mutex<[SnapshotID: FileIndex]>([:])

  private static let keptLimit = 64

  /// Asks which lists there are.
  init(_ repository: Repository, pictures: RemotePictures) async throws {
    self.repository = repository
    self.pictures = pictures
    listed = try await repository.snapshotsWithFileIndex()
  }

  var width: Int? { 32 }

  func index(of snapshot: SnapshotID) async -> FileIndex? {
    guard listed.contains(snapshot.description) else { return nil }
    if let index = kept.withLock({ $0[snapshot] }) { return index }
    guard let index = try? await repository.fileIndex(of: snapshot) else { return nil }
    kept.withLock { kept in
      if kept.count < Self.keptLimit { kept[snapshot] = index }
    }
    return index
  }

  func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
    guard let file = await index(of: snapshot)?.files.first(where: { $0.path == path }) else {
      return nil
    }
    return await pictures.contents(of: file, in: snapshot, limit: limit)
  }
}
