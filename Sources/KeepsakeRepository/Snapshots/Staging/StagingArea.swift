package import KeepsakeModel
internal import Synchronization

/// A private folder in which files wait, safe from being overwritten, until they are stored.
///
/// Each process has a folder of its own below a common one and holds a lock on it, so that what an
/// ended process left behind is recognised and can be stored by another. Files of one snapshot lie
/// in one folder: small ones one after the other in `pack`, larger ones each as a file of its own,
/// which is a reflink where the file system has that, and last a ``SnapshotManifest``.
///
/// Its operations block; call them off the cooperative pool.
package final class StagingArea: Sendable {
  /// How many bytes the caller wants to have waiting at most; `nil` for no bound.
  package let limit: Int64?

  /// Whether another process, which has ended, made it.
  let isInherited: Bool

  let folder: String
  private let lock: FileDescriptor
  private let state: Mutex<State>

  private struct State {
    var byteCount: Int64 = 0
    var snapshotCount = 0
    var nextNumber = 0
    var isClosed = false
  }

  /// How many snapshots may wait, however small they are.
  private static let snapshotLimit = 256

  static let prefix = "staging-"

  /// Makes an area below `parent`, making that too.
  package init(in parent: String, limit: Int64? = nil) throws(SnapshotError) {
    self.limit = limit
    isInherited = false
    state = Mutex(State())
    let name = Self.prefix + String(UInt64.random(in: 0 ... .max), radix: 36)
    folder = "\(parent)/\(name)"
    do {
      try FileSystem.makeFolders(parent)
      let guardian = try Self.guardian(of: parent)
      try FileSystem.makeFolder(folder, mode: 0o700)
      lock = try FileDescriptor(path: "\(folder)/lock", .lock)
      _ = try lock.lock(waits: false)
      withExtendedLifetime(guardian) {}
    } catch {
      throw SnapshotError(error, what: "cannot make a folder to stage files in \(parent)")
    }
  }

  /// An area that an ended process left.
  init(folder: String, lock: consuming FileDescriptor) {
    limit = nil
    isInherited = true
    self.folder = folder
    self.lock = lock
    state = Mutex(State())
  }

  deinit { close() }

  /// A lock that is held while areas may exist which are not locked yet.
  static func guardian(of parent: String) throws(SystemError) -> FileDescriptor {
    let guardian = try FileDescriptor(path: "\(parent)/lock", .lock)
    _ = try guardian.lock(waits: true)
    return guardian
  }

  /// Ends the use of the area: what is in it may be stored by others from now on. An empty one goes.
  package func close() {
    let count = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed ? nil : state.snapshotCount
    }
    guard let count else { return }
    if count == 0 { FileSystem.removeTree(folder) }
    lock.unlock()
  }

  /// How many bytes are waiting now.
  package var byteCount: Int64 { state.withLock { $0.byteCount } }

  /// Whether `count` more bytes fit under the limit. An empty area has room for anything, since
  /// what is larger than the limit could never be stored otherwise.
  package func hasRoom(for count: Int64) -> Bool {
    let (waiting, snapshots) = state.withLock { ($0.byteCount, $0.snapshotCount) }
    guard snapshots < Self.snapshotLimit else { return false }
    guard let limit, waiting > 0 else { return true }
    let (sum, overflow) = waiting.addingReportingOverflow(count)
    return !overflow && sum <= limit
  }

  /// Copies the files of `walk` aside as they are now, to be stored as the snapshot `id`.
  ///
  /// A file that vanished or became shorter meanwhile is reported in the result. Throws `.noSpace`
  /// when the disk is full; nothing of this snapshot stays behind then.
  package func stage(
    _ walk: FileWalk, as id: SnapshotID, of experiment: ExperimentID
  ) throws(SnapshotError) -> StagedSnapshot {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    let place = "\(folder)/\(Self.name(of: id, number))"
    do {
      try FileSystem.makeFolder(place, mode: 0o700)
      var copier = try FileCopier(place: place, project: walk.project)
      for file in walk.files { try copier.copy(file) }
      let manifest = SnapshotManifest(experiment: experiment, id: id, files: copier.files)
      try manifest.write(to: place)
      return add(place, manifest, skipped: walk.skipped + copier.skipped)
    } catch {
      Self.remove(place)
      throw SnapshotError(
        error, what: "cannot copy the files of \"\(walk.path)\" aside to \(folder)")
    }
  }

  /// Counts a snapshot that lies in the folder `place`.
  func add(
    _ place: String, _ manifest: SnapshotManifest, skipped: [SkippedFile] = []
  ) -> StagedSnapshot {
    let staged = StagedSnapshot(area: self, place: place, manifest: manifest, skipped: skipped)
    state.withLock { state in
      state.byteCount &+= staged.byteCount
      state.snapshotCount += 1
    }
    return staged
  }

  /// Notes that something is in the area that stays, whatever becomes of the rest.
  func keep() { state.withLock { $0.snapshotCount += 1 } }

  /// Removes the files of a snapshot.
  func remove(_ place: String, byteCount: Int64) {
    let isOurs = state.withLock { state in
      if state.isClosed { return false }
      state.byteCount &-= byteCount
      state.snapshotCount -= 1
      return true
    }
    if isOurs { Self.remove(place) }
  }

  /// Removes the folder of a snapshot, of which no part must look like the whole, and its archive.
  static func remove(_ place: String) {
    FileSystem.removeFile("\(place)/\(SnapshotManifest.name)")
    FileSystem.removeTree(place)
    FileSystem.removeFile(archive(of: place))
  }

  /// Where the archive of a snapshot is written: in the area too, so that it goes with it.
  static func archive(of place: String) -> String { "\(place).tar.gz" }
}
