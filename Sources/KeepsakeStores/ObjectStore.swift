/// Objects under keys: a folder, a bucket, a dictionary in memory.
///
/// A key is a relative path with `/` between its parts; no part is empty, `.` or `..`. Reading an
/// object never shows a half-written one.
public protocol ObjectStore: Sendable {
  /// The objects whose key starts with `prefix`, sorted bytewise by key.
  func objects(below prefix: String) async throws(StoreError) -> [StoredObject]

  /// The keys that start with `prefix`, in any order: of a disk in half the time, as no object is
  /// looked at.
  func keys(below prefix: String) async throws(StoreError) -> [String]

  /// The object at `key`, without its content; `nil` when there is none.
  func object(at key: String) async throws(StoreError) -> StoredObject?

  /// The whole content of the object at `key`.
  func contents(of key: String) async throws(StoreError) -> [UInt8]

  /// Reads many objects at the same time.
  ///
  /// - Parameter body: called once for each object read, on any thread, with the index of its key;
  ///   the bytes are valid during the call only.
  /// - Returns: the keys that could not be read, by index.
  func readEach(
    _ keys: [String], _ body: @escaping @Sendable (_ index: Int, _ bytes: Span<UInt8>) -> Void
  ) async -> [Int: StoreError]

  /// Stores `bytes` at `key`, all or nothing.
  ///
  /// - Returns: what was stored. A durable write survives a power cut once the call returned.
  @discardableResult
  func put(
    _ bytes: [UInt8], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject

  /// Stores `pieces` at `key`, one after the other, as ``put(_:at:if:durability:)`` stores bytes.
  ///
  /// A store that can, never holds them all in one piece.
  @discardableResult
  func put(
    joining pieces: [[UInt8]], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject

  /// Stores the content of the local file at `path`, all or nothing, in bounded memory.
  ///
  /// The file may be moved into the store: it is the caller's no longer.
  func put(fileAt path: String, at key: String) async throws(StoreError)

  /// A local file with the content of the object at `key`, in bounded memory.
  ///
  /// - Returns: a path to read from; the file is removed with the returned value.
  func localFile(of key: String) async throws(StoreError) -> LocalFile

  /// Removes the object at `key`; nothing happens when there is none.
  func remove(_ key: String) async throws(StoreError)

  /// A folder of this machine for files that are to be stored or were fetched, for this store alone.
  ///
  /// On the disk that holds the objects where there is one, and then it may not exist yet; elsewhere
  /// it exists, and only this user can look into it.
  var scratchFolder: String { get throws(StoreError) }

  /// A private folder on what may be another disk, for a file that ``scratchFolder`` has no room for;
  /// it may not exist yet. `nil` for none.
  var overflowFolder: String? { get }

  /// Whether something that was added on this machine to objects below `prefix` has not arrived yet.
  func isAwaiting(_ prefix: String) -> Bool

  /// What ended programs added on this machine and the store did not take when it was asked last, by
  /// key.
  var refusals: [String: AppendRefusal] { get }

  /// A handle that adds to the end of the object at `key`.
  ///
  /// What was added is visible to readers as soon as ``ObjectAppender/append(_:)`` returned where the
  /// store can append, otherwise after ``ObjectAppender/synchronize()``.
  func appender(at key: String) throws(StoreError) -> any ObjectAppender
}

extension ObjectStore {
  /// Stores `bytes` durably at `key`, whatever is there.
  @discardableResult
  public func put(_ bytes: [UInt8], at key: String) async throws(StoreError) -> StoredObject {
    try await put(bytes, at: key, if: .always, durability: .powerCut)
  }

  public func keys(below prefix: String) async throws(StoreError) -> [String] {
    try await objects(below: prefix).map(\.key)
  }

  public func put(
    joining pieces: [[UInt8]], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    try await put(Array(pieces.joined()), at: key, if: condition, durability: durability)
  }

  public func isAwaiting(_ prefix: String) -> Bool { false }

  public var overflowFolder: String? { nil }

  public var refusals: [String: AppendRefusal] { [:] }
}

/// What a store did not take of what was added to an object.
public struct AppendRefusal: Sendable {
  /// How many lines there are.
  public let lineCount: Int

  /// Why.
  public let error: StoreError
}

/// An object in a store, without its content.
public struct StoredObject: Sendable, Hashable {
  /// Its key.
  public let key: String

  /// The size of its content.
  public let byteCount: Int64

  /// When it was last written, in nanoseconds since 1970, by the store's own clock.
  public let modified: Int64

  /// Differs whenever the content does.
  public let version: ObjectVersion

  /// Describes an object.
  public init(key: String, byteCount: Int64, modified: Int64, version: ObjectVersion) {
    self.key = key
    self.byteCount = byteCount
    self.modified = modified
    self.version = version
  }
}

/// A store's mark for one version of an object: an ETag, a generation, a time and an inode.
public struct ObjectVersion: Sendable, Hashable {
  /// The mark, which only the store can read.
  public let mark: String

  /// Wraps a store's mark.
  public init(_ mark: String) { self.mark = mark }
}

/// When an object may be stored.
public enum PutCondition: Sendable, Hashable {
  /// Whatever is there.
  case always
  /// Only when there is no object yet.
  case absent
  /// Only when the object is still this version.
  case version(ObjectVersion)
}

/// What a write survives once the call returned.
public enum Durability: Sendable, Hashable {
  /// The end of this process.
  case processExit
  /// A power cut.
  case powerCut
}

/// Adds bytes to the end of one object. One writer at a time.
public protocol ObjectAppender: Sendable {
  /// Adds `bytes`, all or nothing. Never waits for a network.
  ///
  /// Throws ``StoreError/Code/conflict`` where the object was removed meanwhile.
  func append(_ bytes: [UInt8]) throws(StoreError)

  /// Returns when everything added so far survives a power cut.
  func synchronize() async throws(StoreError)
}

/// A local file with an object's content.
public final class LocalFile: Sendable {
  /// Where the file is.
  public let path: String

  private let removal: (@Sendable () -> Void)?

  /// Names a file and says how to remove it when it is no longer needed.
  public init(path: String, removal: (@Sendable () -> Void)? = nil) {
    self.path = path
    self.removal = removal
  }

  deinit { removal?() }
}

/// Whether `key` has the form of a key: no part is empty, `.` or `..`, and no NUL.
package func isValidKey(_ key: String) -> Bool {
  !key.isEmpty && !key.utf8.contains(0)
    && key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
}
