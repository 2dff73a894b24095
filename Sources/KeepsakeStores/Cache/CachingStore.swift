internal import Synchronization

/// A store that keeps copies of small objects on this machine, so that reading what did not change
/// asks the base store for nothing but a listing.
///
/// Listing an object, or asking for it with ``object(at:)``, vouches for one read of it: that read
/// gives what the object was at the time of the listing, from the copy where its version, size and
/// time agree. Every other read goes to the base store. A cache that cannot be read or written does
/// nothing.
public final class CachingStore: ObjectStore {
  private let base: any ObjectStore
  private let pack: CachePack
  private let isCached: @Sendable (String) -> Bool

  /// What the base store said of objects that were not read since.
  private let vouched = Mutex<[String: StoredObject]>([:])

  /// Caches objects of a store.
  ///
  /// - Parameters:
  ///   - name: tells the store apart from all others: its address with its URL.
  ///   - folder: an absolute path; it is made, for its owner alone, with the first copy.
  ///   - byteLimit: how large the copies may grow together, in bytes.
  ///   - isCached: whether copies of an object are kept, by its key.
  public init(
    _ base: any ObjectStore, name: String, folder: String, byteLimit: Int64 = 512 << 20,
    isCached: @escaping @Sendable (String) -> Bool
  ) {
    self.base = base
    self.isCached = isCached
    pack = CachePack(storeName: name, folder: folder, byteLimit: byteLimit)
  }

  public func objects(below prefix: String) async throws(StoreError) -> [StoredObject] {
    let objects = try await base.objects(below: prefix)
    let cached = objects.filter { isCached($0.key) }
    vouched.withLock { vouched in
      for key in vouched.keys where key.utf8.starts(with: prefix.utf8) { vouched[key] = nil }
      for object in cached { vouched[object.key] = object }
    }
    await BlockingPool.run { [pack] in pack.forget(below: prefix, except: cached) }
    return objects
  }

  public func object(at key: String) async throws(StoreError) -> StoredObject? {
    let object = try await base.object(at: key)
    let isCached = isCached(key)
    vouched.withLock { $0[key] = isCached ? object : nil }
    return object
  }

  public func contents(of key: String) async throws(StoreError) -> [UInt8] {
    let read = Mutex<[UInt8]>([])
    let failures = await readEach([key]) { _, bytes in
      let copy = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
      read.withLock { $0 = copy }
    }
    if let failure = failures[0] { throw failure }
    return read.withLock { $0 }
  }

  public func readEach(
    _ keys: [String], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int: StoreError] {
    let objects = vouched.withLock { vouched in keys.map { vouched.removeValue(forKey: $0) } }
    let missing = await pack.readEach(objects, body)
    if missing.isEmpty { return [:] }
    let pack = pack
    let failures = await base.readEach(missing.map { keys[$0] }) { position, bytes in
      let index = missing[position]
      body(index, bytes)
      if let object = objects[index] { pack.add(object, bytes) }
    }
    await BlockingPool.run { pack.flush() }
    return Dictionary(uniqueKeysWithValues: failures.map { (missing[$0.key], $0.value) })
  }

  public func put(
    _ bytes: [UInt8], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    forget(key)
    return try await base.put(bytes, at: key, if: condition, durability: durability)
  }

  public func put(fileAt path: String, at key: String) async throws(StoreError) {
    forget(key)
    try await base.put(fileAt: path, at: key)
  }

  public func localFile(of key: String) async throws(StoreError) -> LocalFile {
    try await base.localFile(of: key)
  }

  public func remove(_ key: String) async throws(StoreError) {
    forget(key)
    try await base.remove(key)
  }

  public var scratchFolder: String { get throws(StoreError) { try base.scratchFolder } }

  public var overflowFolder: String? { base.overflowFolder }

  public var refusals: [String: AppendRefusal] { base.refusals }

  public func isAwaiting(_ prefix: String) -> Bool { base.isAwaiting(prefix) }

  public func appender(at key: String) throws(StoreError) -> any ObjectAppender {
    forget(key)
    return try base.appender(at: key)
  }

  private func forget(_ key: String) { vouched.withLock { _ = $0.removeValue(forKey: key) } }
}

extension CachingStore {
  /// Where copies are kept: the folder `KEEPSAKE_CACHE`, else `keepsake` in `XDG_CACHE_HOME` or in
  /// `~/.cache`; `nil` where that variable is `off`, or there is no such place.
  package static func folder(environment: [String: String]) -> String? {
    func path(_ name: String) -> String? {
      guard let path = environment[name], path.hasPrefix("/") else { return nil }
      return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
    if let chosen = environment["KEEPSAKE_CACHE"], !chosen.isEmpty {
      return chosen == "off" ? nil : path("KEEPSAKE_CACHE")
    }
    return path("XDG_CACHE_HOME").map { "\($0)/keepsake" }
      ?? path("HOME").map { "\($0)/.cache/keepsake" }
  }
}
