package import KeepsakeStores
internal import Synchronization

/// What the stores in clouds have in common.
package protocol CloudStore: ObjectStore {
  var options: CloudOptions { get }

  /// Tells the store apart from all others.
  var address: String { get }

  /// Holds what appenders have added and the store does not have yet.
  var spool: Spool? { get }

  /// Makes sure that an object may have this key.
  func check(key: String) throws(StoreError)

  /// Fetches the object at `key` into an empty or half-written file.
  func fetch(_ key: String, into file: TransferFile) async throws(StoreError) -> FetchOutcome
}

/// What became of an object on its way here.
package enum FetchOutcome: Sendable {
  /// All of it is there.
  case whole
  /// It was replaced meanwhile: parts of two versions came.
  case replaced
  /// What came is not what was stored once.
  case damaged
}

extension CloudStore {
  /// A folder of this store alone: what is found there is not for another one.
  package var scratchFolder: String {
    get throws(StoreError) {
      let parent = try ScratchFolder.made(options.scratchFolder)
      let name = Digests.sha256(Array(address.utf8)).prefix(32)
      let folder = try ScratchFolder.made("\(parent)/\(name)")
      ScratchFolder.note(address, in: folder)
      return folder
    }
  }

  package var overflowFolder: String? {
    CachingStore.folder(environment: options.environment).map { "\($0)/overflow" }
  }

  package var refusals: [String: AppendRefusal] { spool?.refusals ?? [:] }

  package func isAwaiting(_ prefix: String) -> Bool { spool?.holds(prefix) ?? false }

  package func appender(at key: String) throws(StoreError) -> any ObjectAppender {
    try check(key: key)
    return RewritingAppender(store: self, key: key, spool: spool)
  }

  package func readEach(
    _ keys: [String], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int: StoreError] {
    let failures = Mutex<[Int: StoreError]>([:])
    await forEachConcurrently(keys.indices, width: 64) { index in
      do throws(StoreError) {
        let bytes = try await contents(of: keys[index])
        body(index, bytes.span)
      } catch {
        failures.withLock { $0[index] = error }
      }
    }
    return failures.withLock { $0 }
  }

  package func localFile(of key: String) async throws(StoreError) -> LocalFile {
    let folder = try scratchFolder
    await BlockingPool.run { TransferFile.removeAbandoned(in: folder) }
    let path = try ScratchFolder.newFile(in: folder)
    let file = try TransferFile(creating: path)
    do throws(StoreError) {
      try await fetchWhole(key, into: file)
    } catch {
      file.remove()
      throw error
    }
    return LocalFile(path: path) { file.remove() }
  }

  /// Fetches an object again from its beginning until all of it is there.
  private func fetchWhole(_ key: String, into file: TransferFile) async throws(StoreError) {
    var outcome = FetchOutcome.whole
    for _ in 0..<3 {
      outcome = try await fetch(key, into: file)
      if case .whole = outcome { return }
    }
    if case .damaged = outcome { throw damaged(key) }
    throw StoreError(
      .unavailable, what: "cannot read \(key)", why: "it is replaced all the time",
      fix: "Try again when its writer is done.")
  }

  /// Why an object cannot be used whose content is not what it was.
  func damaged(_ key: String) -> StoreError {
    StoreError(
      .corrupt, what: "cannot read \(key)",
      why: "what arrives has another checksum than what was stored, each time",
      fix: "Restore it from a backup, or remove it.")
  }
}
