internal import FoundationEssentials
internal import Synchronization

/// Objects in memory, for tests.
public final class MemoryStore: ObjectStore {
  private struct Entry {
    var bytes: [UInt8]
    var version: Int64
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var writes: Int64 = 0
  }

  private let state = Mutex(State())
  private let scratchName = "memory-\(UInt64.random(in: .min ... .max))"

  /// An empty store.
  public init() {}

  deinit {
    let parent = ScratchFolder.temporary(environment: [:])
    try? FileManager.default.removeItem(atPath: "\(parent)/\(scratchName)")
  }

  public func objects(below prefix: String) async throws(StoreError) -> [StoredObject] {
    state.withLock { state in
      state.entries.filter { $0.key.hasPrefix(prefix) }
        .map { Self.describe($0.key, $0.value) }
        .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
  }

  public func object(at key: String) async throws(StoreError) -> StoredObject? {
    state.withLock { $0.entries[key].map { Self.describe(key, $0) } }
  }

  public func contents(of key: String) async throws(StoreError) -> [UInt8] {
    try read(key)
  }

  public func readEach(
    _ keys: [String], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int: StoreError] {
    var failures: [Int: StoreError] = [:]
    for (index, key) in keys.enumerated() {
      do throws(StoreError) {
        let bytes = try read(key)
        body(index, bytes.span)
      } catch {
        failures[index] = error
      }
    }
    return failures
  }

  public func put(
    _ bytes: [UInt8], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    try write(key, if: condition) { _ in bytes }
  }

  public func put(fileAt path: String, at key: String) async throws(StoreError) {
    let bytes = try await DiskStore.readFile(at: path)
    _ = try write(key, if: .always) { _ in bytes }
  }

  public func localFile(of key: String) async throws(StoreError) -> LocalFile {
    try await DiskStore.temporaryFile(holding: try read(key))
  }

  /// A folder of this store alone, which goes with it.
  public var scratchFolder: String {
    get throws(StoreError) {
      let parent = try ScratchFolder.made(ScratchFolder.temporary(environment: [:]))
      return try ScratchFolder.made("\(parent)/\(scratchName)")
    }
  }

  public func remove(_ key: String) async throws(StoreError) {
    state.withLock { _ = $0.entries.removeValue(forKey: key) }
  }

  public func appender(at key: String) throws(StoreError) -> any ObjectAppender {
    Appender(store: self, key: key)
  }

  private struct Appender: ObjectAppender {
    let store: MemoryStore
    let key: String

    func append(_ bytes: [UInt8]) throws(StoreError) {
      _ = try store.write(key, if: .always) { $0 + bytes }
    }

    func synchronize() async throws(StoreError) {}
  }

  private func read(_ key: String) throws(StoreError) -> [UInt8] {
    guard let entry = state.withLock({ $0.entries[key] }) else {
      throw StoreError(
        .notFound, what: "cannot read \(key)", why: "there is no such object",
        fix: "Check the repository's URL.")
    }
    return entry.bytes
  }

  private func write(
    _ key: String, if condition: PutCondition, _ change: ([UInt8]) -> [UInt8]
  ) throws(StoreError) -> StoredObject {
    guard isValidKey(key) else {
      throw StoreError(
        .invalid, what: "cannot write \(key)", why: "it is not a valid key", fix: "Use another.")
    }
    let stored = state.withLock { state -> StoredObject? in
      let old = state.entries[key]
      switch condition {
      case .always: break
      case .absent where old == nil: break
      case .version(let version) where old.map { Self.describe(key, $0).version } == version: break
      default: return nil
      }
      state.writes += 1
      let entry = Entry(bytes: change(old?.bytes ?? []), version: state.writes)
      state.entries[key] = entry
      return Self.describe(key, entry)
    }
    guard let stored else {
      throw StoreError(
        .conflict, what: "cannot write \(key)", why: "another writer was faster",
        fix: "Read it again.")
    }
    return stored
  }

  private static func describe(_ key: String, _ entry: Entry) -> StoredObject {
    StoredObject(
      key: key, byteCount: Int64(entry.bytes.count), modified: entry.version,
      version: ObjectVersion("\(entry.version)"))
  }
}
