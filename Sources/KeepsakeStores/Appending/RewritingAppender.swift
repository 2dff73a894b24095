internal import Synchronization

/// Appends to objects of a store that cannot append: keeps what was added, and writes the whole
/// object again when it is synchronized.
///
/// Meant for small objects. What is not in the store yet lies in a file of a ``Spool``, so that it
/// survives the end of the process.
package final class RewritingAppender: ObjectAppender {
  private let key: String
  private let spool: Spool?
  private let added = Mutex(Added())
  private let rewriter: Rewriter

  private struct Added {
    var bytes: [UInt8] = []

    /// Another process removed or replaced the object.
    var isRefused = false
  }

  /// - Parameter spool: where to keep what the store does not have yet; `nil` for in memory only.
  package init(store: any ObjectStore, key: String, spool: Spool?) {
    self.key = key
    self.spool = spool
    rewriter = Rewriter(store: store, key: key)
  }

  package func append(_ bytes: [UInt8]) throws(StoreError) {
    if added.withLock({ $0.isRefused }) { throw refusal }
    // Where the disk has no room the store still gets the record, unless the process is killed.
    spool?.append(bytes, to: key)
    added.withLock { $0.bytes += bytes }
  }

  package func synchronize() async throws(StoreError) {
    let bytes = added.withLock { $0.bytes }
    do throws(StoreError) {
      try await rewriter.write(bytes)
    } catch {
      if error.code == .conflict { added.withLock { $0.isRefused = true } }
      throw error
    }
    added.withLock { added in
      // What was added meanwhile is not in the store.
      if added.bytes.count == bytes.count { spool?.clear(key) }
    }
  }

  private var refusal: StoreError {
    StoreError(
      .conflict, what: "cannot write \(key)", why: "it was removed meanwhile",
      fix: "Write to a new object.")
  }
}

/// Writes one object again and again, as long as no one else does.
private actor Rewriter {
  private let store: any ObjectStore
  private let key: String

  /// What was in the object before.
  private var base: [UInt8] = []
  private var version: ObjectVersion?
  private var writtenCount: Int?

  init(store: any ObjectStore, key: String) {
    self.store = store
    self.key = key
  }

  func write(_ bytes: [UInt8]) async throws(StoreError) {
    if bytes.count == writtenCount { return }
    do throws(StoreError) {
      version = try await put(bytes, if: version.map { .version($0) } ?? .absent)
    } catch {
      guard error.code == .conflict, version == nil else { throw error }
      // There is one already, which goes on.
      let present = try await store.object(at: key)
      base = try await store.contents(of: key)
      version = try await put(bytes, if: present.map { .version($0.version) } ?? .absent)
    }
    writtenCount = bytes.count
  }

  private func put(
    _ bytes: [UInt8], if condition: PutCondition
  ) async throws(StoreError) -> ObjectVersion {
    try await store.put(base + bytes, at: key, if: condition, durability: .powerCut).version
  }
}
