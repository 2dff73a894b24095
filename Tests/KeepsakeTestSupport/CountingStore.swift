public import KeepsakeStores
internal import Synchronization

/// A store that notes what is asked of it.
public final class CountingStore: ObjectStore {
  private let base: any ObjectStore
  private let log = Mutex<[String]>([])

  /// Passes everything on to `base`.
  public init(_ base: any ObjectStore) { self.base = base }

  /// What was asked since the last call, in order: `list metadata/notes/`, `read c`, `write c`.
  public func takeRequests() -> [String] {
    log.withLock { log in
      defer { log = [] }
      return log
    }
  }

  private func note(_ request: String) { log.withLock { $0.append(request) } }

  public func objects(below prefix: String) async throws(StoreError) -> [StoredObject] {
    note("list \(prefix)")
    return try await base.objects(below: prefix)
  }

  public func object(at key: String) async throws(StoreError) -> StoredObject? {
    note("look \(key)")
    return try await base.object(at: key)
  }

  public func contents(of key: String) async throws(StoreError) -> [UInt8] {
    note("read \(key)")
    return try await base.contents(of: key)
  }

  public func readEach(
    _ keys: [String], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int: StoreError] {
    for key in keys { note("read \(key)") }
    return await base.readEach(keys, body)
  }

  public func put(
    _ bytes: [UInt8], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    note("write \(key)")
    return try await base.put(bytes, at: key, if: condition, durability: durability)
  }

  public func put(fileAt path: String, at key: String) async throws(StoreError) {
    note("write \(key)")
    try await base.put(fileAt: path, at: key)
  }

  public func localFile(of key: String) async throws(StoreError) -> LocalFile {
    note("read \(key)")
    return try await base.localFile(of: key)
  }

  public var scratchFolder: String { get throws(StoreError) { try base.scratchFolder } }

  public func isAwaiting(_ prefix: String) -> Bool { base.isAwaiting(prefix) }

  public func remove(_ key: String) async throws(StoreError) {
    note("remove \(key)")
    try await base.remove(key)
  }

  public func appender(at key: String) throws(StoreError) -> any ObjectAppender {
    note("append \(key)")
    return try base.appender(at: key)
  }
}
