#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import Synchronization

/// Adds to the end of a file with one `write` a call, so that a kill never tears what came before.
final class DiskAppender: ObjectAppender {
  private let file: FileHandle
  private let key: String
  private let path: String

  /// Whether the file's name survives a power cut.
  private let isNamed = Atomic(false)

  init(store: DiskStore, key: String) throws(StoreError) {
    path = store.path(of: key)
    self.key = key
    do throws(POSIXError) {
      let path = path
      file = try store.inFolder(DiskStore.folder(of: path)) { () throws(POSIXError) in
        try FileHandle(path, O_WRONLY | O_CREAT | O_APPEND)
      }
    } catch {
      throw error.storeError("cannot write \(key)", path: path)
    }
  }

  func append(_ bytes: [UInt8]) throws(StoreError) {
    do throws(POSIXError) {
      let status = try file.status()
      guard status.st_nlink > 0 else { throw POSIXError(number: ESTALE) }
      do throws(POSIXError) {
        try file.write(bytes)
      } catch {
        // Half a record must not stand before the next one.
        try? file.truncate(to: Int64(status.st_size))
        throw error
      }
    } catch {
      guard error.number == ESTALE else {
        throw error.storeError("cannot write \(key)", path: path)
      }
      throw StoreError(
        .conflict, what: "cannot write \(key)", why: "it was removed meanwhile",
        fix: "Write to a new object.")
    }
  }

  func synchronize() async throws(StoreError) {
    try await BlockingPool.run { [self] () throws(StoreError) in
      do throws(POSIXError) {
        try file.synchronize()
        if isNamed.load(ordering: .acquiring) { return }
        try Platform.synchronizeName(of: path)
        isNamed.store(true, ordering: .releasing)
      } catch {
        throw error.storeError("cannot write \(key)", path: path)
      }
    }
  }
}
