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
    descriptor = try Self.open(path, flags, mode)
  }

  private static func open(
    _ path: String, _ flags: Int32, _ mode: mode_t
  ) throws(POSIXError) -> Int32 {
    while true {
      let result = Platform.open(path, flags | O_CLOEXEC, mode)
      if result >= 0 { return result }
      guard errno == EINTR else { throw POSIXError() }
    }
  }

  /// How many bytes are read at once at most. An object that is larger is none of ours.
  static let readLimit = 2 << 30

  /// Opens the regular file at `path` to read it; a pipe or a device could block for ever.
  init(reading path: String) throws(POSIXError) {
    descriptor = try Self.openRegular(path)
  }

  private static func openRegular(_ path: String) throws(POSIXError) -> Int32 {
    var status = stat()
    let result: Int32
    do throws(POSIXError) {
      result = try open(path, O_RDONLY | O_NONBLOCK, 0)
    } catch {
      // Not the same as nothing: what the link leads to may be a disk that is not there today.
      let isLink = error.number == ENOENT && (unsafe lstat(path, &status)) == 0
      throw isLink ? POSIXError(number: ELOOP) : error
    }
    if unsafe fstat(result, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return result }
    close(result)
    throw POSIXError(number: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : ENODEV)
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

  /// Writes all of `bytes` from `offset` on.
  func write(_ bytes: [UInt8], at offset: Int64) throws(POSIXError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress?.advanced(by: done), bytes.count - done,
          off_t(offset) + off_t(done))
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

  /// Takes the file's lock unless another process holds it.
  func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

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
    case ELOOP:
      StoreError(
        .invalid, what: what, why: "\(path) is a link that leads nowhere",
        fix: "Remove that link.")
    case ENODEV, ENXIO:
      StoreError(
        .invalid, what: what, why: "\(path) is not a regular file", fix: "Move it away.")
    case EOVERFLOW:
      StoreError(
        .invalid, what: what, why: "\(path) is larger than 2 GiB", fix: "Move it away.")
    default:
      StoreError(
        .unavailable, what: what, why: "\(text) (\(path))", fix: "Check the disk and try again.")
    }
  }
}

enum Platform {
  static func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    #if canImport(Darwin)
      unsafe Darwin.open(path, flags, mode)
    #elseif canImport(Musl)
      unsafe Musl.open(path, flags, mode)
    #else
      unsafe Glibc.open(path, flags, mode)
    #endif
  }

  static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.write(descriptor, bytes, count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes, count)
    #else
      unsafe Glibc.write(descriptor, bytes, count)
    #endif
  }

  /// Makes the folder at `path` and those above it, so that they survive a power cut.
  static func makeFolder(_ path: String) throws(POSIXError) {
    if unsafe mkdir(path, 0o777) == 0 { return try synchronizeName(of: path) }
    if errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw POSIXError()
    }
    try makeFolder(String(path[..<slash]))
    if unsafe mkdir(path, 0o777) == 0 { return try synchronizeName(of: path) }
    guard errno == EEXIST else { throw POSIXError() }
  }

  /// Returns when the name of the file or folder at `path` survives a power cut, as far as its
  /// folder can be asked for that.
  static func synchronizeName(of path: String) throws(POSIXError) {
    do throws(POSIXError) {
      let folder = DiskStore.folder(of: path)
      try synchronizeFolder(folder.isEmpty ? "/" : folder)
    } catch {
      // A folder that one may write to but not read, one of a file system that cannot, one that
      // another process has removed with all in it.
      guard [EACCES, EINVAL, ENOENT].contains(error.number) else { throw error }
    }
  }

  /// The names in the folder at `path`, without `.` and `..`, and whether each is a
  /// folder; a link to one is none.
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
      if kind == UInt8(DT_UNKNOWN) {
        var status = stat()
        if unsafe lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
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
