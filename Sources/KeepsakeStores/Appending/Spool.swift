#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import Synchronization

/// Files on this machine with what was added to objects of a store, until the store has it.
///
/// A file is named after its object's key and locked while its process lives. What a killed process
/// left is added to the store by the next one that lists it.
package final class Spool: Sendable {
  private let folder: String
  private let state = Mutex(State())

  private struct State {
    var files: [String: SpoolFile] = [:]
    var recovery = Recovery.due
    var refusals: [String: AppendRefusal] = [:]
  }

  private enum Recovery {
    case due
    case underWay(waiting: [CheckedContinuation<Void, Never>])
    case done
  }

  /// A spool in a private folder `parent` for the store called `name`.
  package init(in parent: String, store name: String) {
    folder = "\(parent)/\(Self.fileName(name))"
  }

  /// Adds to the file of the object at `key`, unless the disk refuses.
  func append(_ bytes: [UInt8], to key: String) {
    state.withLock { state in
      let file: SpoolFile
      if let open = state.files[key] {
        file = open
      } else {
        guard let parent = folder.lastIndex(of: "/"),
          (try? ScratchFolder.make(String(folder[..<parent]))) != nil,
          (try? ScratchFolder.make(folder)) != nil,
          let made = SpoolFile(path: path(of: key))
        else { return }
        file = made
        state.files[key] = made
      }
      file.append(bytes)
    }
  }

  /// Empties the file of the object at `key`, because the store has all of it.
  func clear(_ key: String) { state.withLock { $0.files[key]?.clear() } }

  /// Removes the file of the object at `key`, because the object is no longer needed.
  package func discard(_ key: String) {
    state.withLock { state in state.files.removeValue(forKey: key)?.remove() }
  }

  /// Whether there is something for an object below `prefix`.
  package func holds(_ prefix: String) -> Bool {
    ((try? Platform.entries(of: folder)) ?? []).contains { entry in
      guard let key = Self.key(entry.name), key.hasPrefix(prefix),
        let file = try? FileHandle(reading: path(of: key))
      else { return false }
      return (try? file.status()).map { $0.st_size > 0 } ?? true
    }
  }

  /// What the store did not take of what killed processes left.
  package var refusals: [String: AppendRefusal] { state.withLock { $0.refusals } }

  /// Adds what killed processes left to `store`, once: who asks meanwhile waits for it. What the
  /// store does not take stays here.
  package func recover(into store: any ObjectStore) async {
    let isFirst = state.withLock { state in
      guard case .due = state.recovery else { return false }
      state.recovery = .underWay(waiting: [])
      return true
    }
    guard isFirst else {
      return await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          guard case .underWay(let waiting) = state.recovery else { return true }
          state.recovery = .underWay(waiting: waiting + [continuation])
          return false
        }
        if isDone { continuation.resume() }
      }
    }
    await recoverFiles(into: store)
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      defer { state.recovery = .done }
      guard case .underWay(let waiting) = state.recovery else { return [] }
      return waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  private func recoverFiles(into store: any ObjectStore) async {
    guard let entries = try? Platform.entries(of: folder) else { return }
    for entry in entries where !entry.isFolder {
      guard let key = Self.key(entry.name), let file = SpoolFile(path: path(of: key)) else {
        continue
      }
      let bytes = file.contents
      let appender = RewritingAppender(store: store, key: key, spool: nil)
      do throws(StoreError) {
        if !bytes.isEmpty {
          try appender.append(bytes)
          try await appender.synchronize()
        }
        file.remove()
      } catch {
        // It stays for the next time.
        let lineCount = bytes.count { $0 == UInt8(ascii: "\n") }
        state.withLock { $0.refusals[key] = AppendRefusal(lineCount: lineCount, error: error) }
      }
    }
  }

  private func path(of key: String) -> String { "\(folder)/\(Self.fileName(key))" }

  /// A key as the name of a file: `/` becomes `%2F`, and `%` `%25`.
  private static func fileName(_ key: String) -> String {
    key.replacing("%", with: "%25").replacing("/", with: "%2F")
  }

  private static func key(_ fileName: String) -> String? {
    let key = fileName.replacing("%2F", with: "/").replacing("%25", with: "%")
    return isValidKey(key) ? key : nil
  }
}

/// A file that one process writes to and no other touches.
private final class SpoolFile: Sendable {
  private let path: String
  private let file: FileHandle

  /// Opens or makes the file; `nil` where another process has it, or the disk refuses.
  init?(path: String) {
    self.path = path
    do throws(POSIXError) {
      file = try FileHandle(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o600)
    } catch {
      return nil
    }
    guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0,
      let status = try? file.status(), status.st_nlink > 0
    else { return nil }
  }

  func append(_ bytes: [UInt8]) {
    guard let status = try? file.status() else { return }
    do throws(POSIXError) {
      try file.write(bytes)
    } catch {
      // Half a record must not stand before the next one.
      try? file.truncate(to: Int64(status.st_size))
    }
  }

  func clear() { try? file.truncate(to: 0) }

  func remove() { _ = unsafe unlink(path) }

  var contents: [UInt8] { (try? DiskStore.readBytes(at: path)) ?? [] }
}
