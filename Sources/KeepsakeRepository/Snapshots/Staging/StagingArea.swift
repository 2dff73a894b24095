#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import Synchronization

/// A private folder in which files wait, safe from being overwritten, until they are stored.
///
/// Each process has a folder of its own below a common one and holds a lock on it, so that what a
/// killed process left behind is recognised and removed by the next. Files of one snapshot lie in
/// one folder: small ones one after the other in `pack`, larger ones each as a file of its own,
/// which is a reflink where the file system has that.
///
/// Its operations block; call them off the cooperative pool.
package final class StagingArea: Sendable {
  /// How many bytes the caller wants to have waiting at most; `nil` for no bound.
  package let limit: Int64?

  let folder: String
  private let lock: FileDescriptor
  private let state = Mutex(State())

  private struct State {
    var byteCount: Int64 = 0
    var snapshotCount = 0
    var nextNumber = 0
  }

  /// How many snapshots may wait, however small they are.
  private static let snapshotLimit = 256

  private static let prefix = "staging-"

  /// Makes an area below `parent`, making that too, and removes those that dead processes left.
  package init(in parent: String, limit: Int64? = nil) throws(SnapshotError) {
    self.limit = limit
    let name = Self.prefix + String(UInt64.random(in: 0 ... .max), radix: 36)
    folder = "\(parent)/\(name)"
    do {
      try FileSystem.makeFolders(parent)
      // Held while an area exists that is not locked yet.
      let guardian = try FileDescriptor(path: "\(parent)/lock", .lock)
      _ = try guardian.lock(waits: true)
      Self.removeStale(in: parent)
      try FileSystem.makeFolder(folder, mode: 0o700)
      lock = try FileDescriptor(path: "\(folder)/lock", .lock)
      _ = try lock.lock(waits: false)
      withExtendedLifetime(guardian) {}
    } catch {
      throw SnapshotError(error, what: "cannot make a folder to stage files in \(parent)")
    }
  }

  deinit { Self.remove(folder) }

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

  /// Copies the files of `walk` aside as they are now.
  ///
  /// A file that vanished or became shorter meanwhile is reported in the result. Throws `.noSpace`
  /// when the disk is full; nothing of this snapshot stays behind then.
  package func stage(_ walk: FileWalk) throws(SnapshotError) -> StagedSnapshot {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    let place = "\(folder)/\(number)"
    do {
      try FileSystem.makeFolder(place, mode: 0o700)
      var copier = try FileCopier(place: place, project: walk.project)
      for file in walk.files { try copier.copy(file) }
      let staged = StagedSnapshot(
        area: self, place: place, files: copier.files, skipped: walk.skipped + copier.skipped)
      state.withLock { state in
        state.byteCount += staged.byteCount
        state.snapshotCount += 1
      }
      return staged
    } catch {
      Self.remove(place)
      throw SnapshotError(
        error, what: "cannot copy the files of \"\(walk.path)\" aside to \(folder)")
    }
  }

  /// Removes the files of a snapshot.
  func remove(_ place: String, byteCount: Int64) {
    Self.remove(place)
    state.withLock { state in
      state.byteCount -= byteCount
      state.snapshotCount -= 1
    }
  }

  private static func removeStale(in parent: String) {
    for name in (try? FileSystem.names(in: parent)) ?? [] {
      let folder = "\(parent)/\(String(decoding: name, as: UTF8.self))"
      guard name.starts(with: Self.prefix.utf8) else {
        removeOldFile(folder)
        continue
      }
      guard let lock = try? FileDescriptor(path: "\(folder)/lock", .lock),
        (try? lock.lock(waits: false)) == true
      else { continue }
      remove(folder)
      withExtendedLifetime(lock) {}
    }
  }

  /// Removes a temporary file that a process left which was killed while writing it.
  private static func removeOldFile(_ path: String) {
    guard let status = try? FileStatus(path: path, followsLinks: false), status.kind == .regular,
      !path.hasSuffix("/lock"), Int64(time(nil)) - status.modified > 86_400
    else { return }
    FileSystem.removeFile(path)
  }

  /// Removes a folder of an area, or a whole area. Best effort: the next process tries again.
  private static func remove(_ folder: String) {
    for name in (try? FileSystem.names(in: folder)) ?? [] {
      let path = "\(folder)/\(String(decoding: name, as: UTF8.self))"
      if !FileSystem.removeFile(path) { remove(path) }
    }
    FileSystem.removeFolder(folder)
  }
}
