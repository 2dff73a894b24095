#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Adds to the end of a file with one `write` a call, so that a kill never tears what came before.
final class DiskAppender: ObjectAppender {
  private let file: FileHandle
  private let key: String
  private let path: String

  init(store: DiskStore, key: String) throws(StoreError) {
    path = store.path(of: key)
    self.key = key
    do throws(POSIXError) {
      try Platform.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
      file = try FileHandle(path, O_WRONLY | O_CREAT | O_APPEND)
    } catch {
      throw error.storeError("cannot write \(key)", path: path)
    }
  }

  func append(_ bytes: [UInt8]) throws(StoreError) {
    do throws(POSIXError) {
      try file.write(bytes)
    } catch {
      throw error.storeError("cannot write \(key)", path: path)
    }
  }

  func synchronize() async throws(StoreError) {
    try await BlockingPool.run { [self] () throws(StoreError) in
      do throws(POSIXError) {
        try file.synchronize()
      } catch {
        throw error.storeError("cannot write \(key)", path: path)
      }
    }
  }
}
