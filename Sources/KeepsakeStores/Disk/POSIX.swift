#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// An open file, closed with its value.
struct FileHandle: ~Copyable, Sendable {
  let descriptor: Int32

  /// Opens the file at `path`.
  init(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws(POSIXError) {
    var result: Int32
    repeat {
      result = unsafe open(path, flags | O_CLOEXEC, mode)
    } while result < 0 && errno == EINTR
    guard result >= 0 else { throw POSIXError() }
    descriptor = result
  }

  deinit { close(descriptor) }

  /// The file's facts.
  func status() throws(POSIXError) -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw POSIXError() }
    return status
  }

  /// Fills `buffer` from `offset` on; the count is smaller only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(POSIXError) -> Int
  {
    var done = 0
    while done < buffer.count {
      let count = unsafe pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
        off_t(offset) + off_t(done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw POSIXError() }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all of `bytes` at the file's position.
  func write(_ bytes: [UInt8]) throws(POSIXError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Platform.write(
          descriptor, buffer.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw POSIXError() }
      done += count
    }
  }

  /// Cuts the file to `count` bytes.
  func truncate(to count: Int64) throws(POSIXError) {
    guard ftruncate(descriptor, off_t(count)) == 0 else { throw POSIXError() }
  }

  /// Returns when the file's content survives a power cut.
  func synchronize() throws(POSIXError) {
    guard fsync(descriptor) == 0 else { throw POSIXError() }
  }

  /// Waits until this process alone holds the file's lock; closing the file releases it.
  func lock() throws(POSIXError) {
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw POSIXError() }
    }
  }

  /// Gives the lock back, also for processes that inherited the open file.
  func unlock() { flock(descriptor, LOCK_UN) }
}

/// A failed system call.
struct POSIXError: Error {
  let number: Int32

  /// Reads `errno`, unless a number is given.
  init(number: Int32 = errno) { self.number = number }

  /// The system's text for the failure.
  var text: String { unsafe String(cString: strerror(number)) }

  /// The failure as a store's error.
  func storeError(_ what: String, path: String) -> StoreError {
    switch number {
    case ENOENT, ENOTDIR:
      StoreError(
        .notFound, what: what, why: "\(path) does not exist", fix: "Check the repository's URL.")
    case EACCES, EPERM, EROFS:
      StoreError(
        .denied, what: what, why: "\(text) (\(path))",
        fix: "Change the permissions of that folder, or choose another repository.")
    case ENOSPC, EDQUOT:
      StoreError(
        .noSpace, what: what, why: "\(text) (\(path))",
        fix: "Free some space, for example by removing experiments with `keepsake rm`.")
    case EISDIR:
      StoreError(
        .invalid, what: what, why: "\(path) is a folder", fix: "Move that folder away.")
    default:
      StoreError(
        .unavailable, what: what, why: "\(text) (\(path))", fix: "Check the disk and try again.")
    }
  }
}

enum Platform {
  static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.write(descriptor, bytes, count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes, count)
    #else
      unsafe Glibc.write(descriptor, bytes, count)
    #endif
  }

  /// Makes the folder at `path` and those above it.
  static func makeFolder(_ path: String) throws(POSIXError) {
    if unsafe mkdir(path, 0o777) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw POSIXError()
    }
    try makeFolder(String(path[..<slash]))
    guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else { throw POSIXError() }
  }

  /// The names in the folder at `path`, without `.` and `..`, and whether each is a folder.
  static func entries(of path: String) throws(POSIXError) -> [(name: String, isFolder: Bool)] {
    guard let stream = unsafe opendir(path) else { throw POSIXError() }
    defer { unsafe closedir(stream) }
    var entries: [(name: String, isFolder: Bool)] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      var kind = unsafe entry.pointee.d_type
      if kind == UInt8(DT_UNKNOWN) || kind == UInt8(DT_LNK) {
        var status = stat()
        if unsafe stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
          kind = UInt8(DT_DIR)
        }
      }
      entries.append((name, kind == UInt8(DT_DIR)))
    }
    return entries
  }

  static func synchronizeFolder(_ path: String) throws(POSIXError) {
    try FileHandle(path, O_RDONLY | O_DIRECTORY).synchronize()
  }

  static func move(_ source: String, to target: String) throws(POSIXError) {
    guard unsafe rename(source, target) == 0 else { throw POSIXError() }
  }

  static func remove(_ path: String) throws(POSIXError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw POSIXError() }
  }
}
