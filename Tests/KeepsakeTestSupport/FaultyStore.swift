public import KeepsakeStores
internal import Synchronization

/// A store of which one write fails, as on a full disk, or all do for a while, as without a network.
public final class FaultyStore: ObjectStore {
  private let base: any ObjectStore
  private let failing: Int
  private let count = Mutex(0)
  private let away = Mutex<String?>(nil)

  /// Passes everything on to `base`, but for the write with number `failing`, counted from 0.
  public init(_ base: any ObjectStore, failingWrite failing: Int) {
    self.base = base
    self.failing = failing
  }

  /// How many writes were tried.
  public var writeCount: Int { count.withLock { $0 } }

  /// Makes all writes below `prefix` fail from now on, or none but the one with the number.
  public func setAway(_ isAway: Bool, below prefix: String = "") {
    away.withLock { $0 = isAway ? prefix : nil }
  }

  private func write(_ key: String) throws(StoreError) {
    if let prefix = away.withLock({ $0 }), key.hasPrefix(prefix) {
      throw StoreError(
        .unavailable, what: "cannot write \(key)", why: "nobody answers", fix: "Try again.")
    }
    let number = count.withLock { count in
      defer { count += 1 }
      return count
    }
    if number == failing {
      throw StoreError(
        .noSpace, what: "cannot write \(key)", why: "the disk is full", fix: "Free some space.")
    }
  }

  public func objects(below prefix: String) async throws(StoreError) -> [StoredObject] {
    try await base.objects(below: prefix)
  }

  public func object(at key: String) async throws(StoreError) -> StoredObject? {
    try await base.object(at: key)
  }

  public func contents(of key: String) async throws(StoreError) -> [UInt8] {
    try await base.contents(of: key)
  }

  public func readEach(
    _ keys: [String], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int: StoreError] {
    await base.readEach(keys, body)
  }

  public func put(
    _ bytes: [UInt8], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    try write(key)
    return try await base.put(bytes, at: key, if: condition, durability: durability)
  }

  public func put(fileAt path: String, at key: String) async throws(StoreError) {
    try write(key)
    try await base.put(fileAt: path, at: key)
  }

  public func localFile(of key: String) async throws(StoreError) -> LocalFile {
    try await base.localFile(of: key)
  }

  public var scratchFolder: String { get throws(StoreError) { try base.scratchFolder } }

  public func isAwaiting(_ prefix: String) -> Bool { base.isAwaiting(prefix) }

  public func remove(_ key: String) async throws(StoreError) {
    try write(key)
    try await base.remove(key)
  }

  public func appender(at key: String) throws(StoreError) -> any ObjectAppender {
    try write(key)
    return Appender(store: self, key: key, base: try base.appender(at: key))
  }

  private struct Appender: ObjectAppender {
    let store: FaultyStore
    let key: String
    let base: any ObjectAppender

    func append(_ bytes: [UInt8]) throws(StoreError) {
      try store.write(key)
      try base.append(bytes)
    }

    func synchronize() async throws(StoreError) {
      try store.write(key)
      try await base.synchronize()
    }
  }
}
