#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Objects as files below a folder.
///
/// A write goes to a temporary name in `metadata/tmp` and is renamed, so that no reader sees a
/// half-written object.
public struct DiskStore: ObjectStore {
  /// The folder, without a `/` at its end.
  public let root: String

  static let temporaryFolder = "metadata/tmp"

  /// A store in the folder at `root`, which is made with the first write.
  public init(root: String) {
    self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
  }

  public func objects(below prefix: String) async throws(StoreError) -> [StoredObject] {
    try await BlockingPool.run { () throws(StoreError) in
      try list(prefix, listed).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
  }

  public func keys(below prefix: String) async throws(StoreError) -> [String] {
    try await BlockingPool.run { () throws(StoreError) in try list(prefix) { $0 } }
  }

  /// Lists without following links to folders, which could lead in circles.
  ///
  /// - Parameter describe: what is said of a key; `nil` to leave it out.
  private func list<Entry>(
    _ prefix: String, _ describe: (String) -> Entry?
  ) throws(StoreError) -> [Entry] {
    var found: [Entry] = []
    let start = String(prefix.dropLast(prefix.reversed().prefix { $0 != "/" }.count))
    var folders = [start]
    while let folder = folders.popLast() {
      let path = "\(root)/\(folder)"
      do throws(POSIXError) {
        for (name, isFolder) in try Platform.entries(of: path) {
          if start != prefix, !(folder + name).utf8.starts(with: prefix.utf8) { continue }
          if isFolder {
            folders.append("\(folder)\(name)/")
          } else if let entry = describe(folder + name) {
            found.append(entry)
          }
        }
      } catch {
        // A folder that is not there holds no objects.
        if error.number == ENOENT || error.number == ENOTDIR { continue }
        guard folder == start else {
          if let entry = describe(String(folder.dropLast())) { found.append(entry) }
          continue
        }
        throw error.storeError(
          "cannot list \(folder.isEmpty ? "the repository" : folder)", path: path)
      }
    }
    return found
  }

  /// The entry at `key`, unless it is gone or a link to a folder. One that cannot be looked at hides
  /// no other and is kept, so that reading it names the problem.
  private func listed(_ key: String) -> StoredObject? {
    var status = stat()
    if unsafe lstat(path(of: key), &status) != 0, errno == ENOENT { return nil }
    if status.st_mode & S_IFMT == S_IFLNK {
      var target = stat()
      if unsafe stat(path(of: key), &target) == 0 {
        if target.st_mode & S_IFMT == S_IFDIR { return nil }
        status = target
      }
    }
    return Self.describe(key, status)
  }

  public func object(at key: String) async throws(StoreError) -> StoredObject? {
    try await BlockingPool.run { () throws(StoreError) in
      do throws(POSIXError) {
        return try status(of: key)
      } catch {
        throw error.storeError("cannot look at \(key)", path: path(of: key))
      }
    }
  }

  private func status(of key: String) throws(POSIXError) -> StoredObject? {
    var status = stat()
    guard unsafe stat(path(of: key), &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw POSIXError()
    }
    return status.st_mode & S_IFMT == S_IFDIR ? nil : Self.describe(key, status)
  }

  public func contents(of key: String) async throws(StoreError) -> [UInt8] {
    try await BlockingPool.run { () throws(StoreError) in
      do throws(POSIXError) {
        return try Self.readBytes(at: path(of: key))
      } catch {
        throw error.storeError("cannot read \(key)", path: path(of: key))
      }
    }
  }

  static func readBytes(at path: String) throws(POSIXError) -> [UInt8] {
    let file = try FileHandle(reading: path)
    let size = Int64(try file.status().st_size)
    guard size <= FileHandle.readLimit else { throw POSIXError(number: EOVERFLOW) }
    var failure: POSIXError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      do throws(POSIXError) {
        count = unsafe try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  public func put(
    _ bytes: [UInt8], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    try await put(joining: [bytes], at: key, if: condition, durability: durability)
  }

  public func put(
    joining pieces: [[UInt8]], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    try await BlockingPool.run { () throws(StoreError) in
      let temporary = try writeTemporary(pieces, for: key, durability)
      return try publish(temporary, as: key, if: condition, durability)
    }
  }

  public func put(fileAt path: String, at key: String) async throws(StoreError) {
    try await BlockingPool.run { () throws(StoreError) in
      let temporary = temporaryPath()
      do throws(POSIXError) {
        try Platform.makeFolder("\(root)/\(Self.temporaryFolder)")
        if unsafe rename(path, temporary) != 0 {
          try Self.copyFile(path, to: temporary)
        }
        try FileHandle(temporary, O_RDONLY).synchronize()
      } catch {
        unsafe unlink(temporary)
        throw error.storeError("cannot write \(key)", path: temporary)
      }
      _ = try publish(temporary, as: key, if: .always, .powerCut)
    }
  }

  public func localFile(of key: String) async throws(StoreError) -> LocalFile {
    guard try await object(at: key) != nil else {
      throw StoreError(
        .notFound, what: "cannot read \(key)", why: "\(path(of: key)) does not exist",
        fix: "Check the repository's URL.")
    }
    return LocalFile(path: path(of: key))
  }

  public var scratchFolder: String { "\(root)/\(Self.temporaryFolder)" }

  public func remove(_ key: String) async throws(StoreError) {
    try await BlockingPool.run { () throws(StoreError) in
      do throws(POSIXError) {
        // Under the lock, so that no conditional write brings the object back.
        try withLock { () throws(POSIXError) in try Platform.remove(path(of: key)) }
      } catch {
        throw error.storeError("cannot remove \(key)", path: path(of: key))
      }
      // A folder that only held this object goes too, unless it is one of the layout's own.
      guard let slash = key.lastIndex(of: "/") else { return }
      let folder = key[..<slash]
      if folder.utf8.count(where: { $0 == UInt8(ascii: "/") }) >= 2 {
        _ = unsafe rmdir(path(of: String(folder)))
      }
    }
  }

  public func appender(at key: String) throws(StoreError) -> any ObjectAppender {
    try DiskAppender(store: self, key: key)
  }

  func path(of key: String) -> String { "\(root)/\(key)" }

  static func describe(_ key: String, _ status: stat) -> StoredObject {
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    let modified = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    return StoredObject(
      key: key, byteCount: Int64(status.st_size), modified: modified,
      version: ObjectVersion("\(modified)-\(status.st_size)-\(status.st_ino)"))
  }
}
