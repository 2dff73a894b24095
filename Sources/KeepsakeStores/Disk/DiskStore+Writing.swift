#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

extension DiskStore {
  func temporaryPath() -> String {
    "\(root)/\(Self.temporaryFolder)/\(UInt64.random(in: .min ... .max))-\(getpid())"
  }

  /// Writes `pieces` under a temporary name; nothing is left behind when that goes wrong.
  func writeTemporary(
    _ pieces: [[UInt8]], for key: String, _ durability: Durability
  ) throws(StoreError) -> String {
    guard isValidKey(key) else {
      throw StoreError(
        .invalid, what: "cannot write \(key)", why: "it is not a valid key", fix: "Use another.")
    }
    let temporary = temporaryPath()
    do throws(POSIXError) {
      try Platform.makeFolder("\(root)/\(Self.temporaryFolder)")
      let file = try FileHandle(temporary, O_WRONLY | O_CREAT | O_EXCL)
      for piece in pieces { try file.write(piece) }
      if durability == .powerCut { try file.synchronize() }
    } catch {
      unsafe unlink(temporary)
      throw error.storeError("cannot write \(key)", path: temporary)
    }
    return temporary
  }

  /// Gives a temporary file its name.
  func publish(
    _ temporary: String, as key: String, if condition: PutCondition, _ durability: Durability
  ) throws(StoreError) -> StoredObject {
    let target = path(of: key)
    let folder = Self.folder(of: target)
    do throws(POSIXError) {
      let object = Self.describe(key, try FileHandle(temporary, O_RDONLY).status())
      try inFolder(folder) { () throws(POSIXError) in
        if condition == .always {
          try Platform.move(temporary, to: target)
        } else {
          try withLock { () throws(POSIXError) in
            try check(condition, key)
            try Platform.move(temporary, to: target)
          }
        }
      }
      if durability == .powerCut { try Platform.synchronizeFolder(folder) }
      return object
    } catch {
      unsafe unlink(temporary)
      guard error.number == EEXIST else {
        throw error.storeError("cannot write \(key)", path: target)
      }
      throw StoreError(
        .conflict, what: "cannot write \(key)", why: "another writer was faster",
        fix: "Read it again, then repeat the change.")
    }
  }

  /// Throws `EEXIST` unless the object at `key` is as `condition` wants it.
  private func check(_ condition: PutCondition, _ key: String) throws(POSIXError) {
    var status = stat()
    let exists = unsafe stat(path(of: key), &status) == 0
    switch condition {
    case .always: return
    case .absent where !exists: return
    case .version(let version) where exists && Self.describe(key, status).version == version: return
    default: throw POSIXError(number: EEXIST)
    }
  }

  /// Runs `body` while no other process changes objects conditionally.
  func withLock(_ body: () throws(POSIXError) -> Void) throws(POSIXError) {
    let folder = "\(root)/\(Self.temporaryFolder)"
    try Platform.makeFolder(folder)
    let lock = try FileHandle("\(folder)/lock", O_RDWR | O_CREAT)
    try lock.lock()
    // A child that was forked meanwhile still has the file open: closing it would not release it.
    defer { lock.unlock() }
    try body()
  }

  /// Runs `body` in a folder that is made if it is missing, again if another process removes the
  /// empty folder in between.
  func inFolder<Result: ~Copyable>(
    _ folder: String, _ body: () throws(POSIXError) -> Result
  ) throws(POSIXError) -> Result {
    var attempt = 0
    while true {
      attempt += 1
      try Platform.makeFolder(folder)
      do throws(POSIXError) {
        return try body()
      } catch {
        guard error.number == ENOENT, attempt < 16 else { throw error }
      }
    }
  }

  static func folder(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
  }

  /// Copies a file to another file system.
  static func copyFile(_ source: String, to target: String) throws(POSIXError) {
    let input = try FileHandle(source, O_RDONLY)
    let output = try FileHandle(target, O_WRONLY | O_CREAT | O_EXCL)
    var offset: Int64 = 0
    while true {
      let start = offset
      var failure: POSIXError?
      let block = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
        do throws(POSIXError) {
          count = unsafe try input.read(into: UnsafeMutableRawBufferPointer(buffer), at: start)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      if block.isEmpty { return }
      try output.write(block)
      offset += Int64(block.count)
    }
  }

  /// The content of a local file.
  package static func readFile(at path: String) async throws(StoreError) -> [UInt8] {
    try await BlockingPool.run { () throws(StoreError) in try readFileBlocking(at: path) }
  }

  /// The content of a small local file. Blocks.
  package static func readFileBlocking(at path: String) throws(StoreError) -> [UInt8] {
    do throws(POSIXError) {
      return try readBytes(at: path)
    } catch {
      throw error.storeError("cannot read \(path)", path: path)
    }
  }

  /// A file in the system's temporary folder with this content.
  static func temporaryFile(holding bytes: [UInt8]) async throws(StoreError) -> LocalFile {
    let path = try ScratchFolder.newFile(in: ScratchFolder.temporary(environment: [:]))
    try await BlockingPool.run { () throws(StoreError) in
      do throws(POSIXError) {
        try FileHandle(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).write(bytes)
      } catch {
        throw error.storeError("cannot write a temporary file", path: path)
      }
    }
    return LocalFile(path: path) { unsafe unlink(path) }
  }
}
