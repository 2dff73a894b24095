// Every system call of the snapshots on files, behind types that own what they open. Pointers stay
// in this file, Folder.swift and Archive/Zlib.swift.
internal import KeepsakeDigest

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What the file system says about a file.
struct FileStatus: Hashable {
  enum Kind: Hashable { case regular, folder, symbolicLink, other(String) }

  var kind: Kind
  var byteCount: Int64
  /// Bytes on disk: less than `byteCount` where the file has holes.
  var allocatedByteCount: Int64
  /// The permission bits only.
  var mode: UInt32
  /// Seconds since 1970.
  var modified: Int64
  var device: UInt64
  var inode: UInt64

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFLNK: .symbolicLink
      case S_IFSOCK: .other("a socket")
      case S_IFIFO: .other("a named pipe")
      case S_IFBLK, S_IFCHR: .other("a device")
      default: .other("no file")
      }
    byteCount = Int64(status.st_size)
    allocatedByteCount = Int64(status.st_blocks) * 512
    mode = UInt32(status.st_mode) & 0o777
    #if canImport(Darwin)
      modified = Int64(status.st_mtimespec.tv_sec)
    #else
      modified = Int64(status.st_mtim.tv_sec)
    #endif
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
  }

  /// Looks at `path`; a symbolic link at its end is looked through only when `followsLinks`.
  init(path: String, followsLinks: Bool) throws(SystemError) {
    var status = stat()
    let result =
      followsLinks ? unsafe stat(path, &status) : unsafe lstat(path, &status)
    guard result == 0 else { throw .last }
    self.init(status)
  }
}

/// An open file, closed when it goes out of scope.
struct FileDescriptor: ~Copyable {
  /// How to open a file.
  enum Access {
    /// An existing file, to read. A symbolic link at the end is not followed.
    case read
    /// A new or emptied file, to write; others may read it, as far as the process allows.
    case replace
    /// A new file, to write; an existing one is an error.
    case create
    /// A file to lock, made when missing.
    case lock

    var flags: Int32 {
      switch self {
      // Without O_NONBLOCK, opening a pipe that took the file's place would wait for ever.
      case .read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
      case .replace: O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC
      case .create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      case .lock: O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC
      }
    }

    /// Whom a new file is for: archives for all that share the repository, copies for nobody.
    var mode: mode_t {
      switch self {
      case .replace: 0o666
      case .read, .create, .lock: 0o600
      }
    }
  }

  let number: Int32

  init(number: Int32) { self.number = number }

  init(path: String, _ access: Access, followsLink: Bool = false) throws(SystemError) {
    let flags = followsLink ? access.flags & ~O_NOFOLLOW : access.flags
    let number = unsafe open(path, flags, access.mode)
    guard number >= 0 else { throw .last }
    self.number = number
  }

  deinit { close(number) }

  func status() throws(SystemError) -> FileStatus {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw .last }
    return FileStatus(status)
  }

  /// Reads up to `count` bytes into `bytes` from `start` on; 0 at the end of the file.
  func read(into bytes: inout [UInt8], at start: Int, count: Int, offset: Int64? = nil)
    throws(SystemError) -> Int
  {
    precondition(start >= 0 && count >= 0 && start + count <= bytes.count)
    while true {
      let result = unsafe bytes.withUnsafeMutableBytes { buffer in
        let base = unsafe buffer.baseAddress.map { unsafe $0 + start }
        return if let offset {
          unsafe pread(number, base, count, off_t(offset))
        } else {
          unsafe Self.read(number, base, count)
        }
      }
      if result >= 0 { return result }
      guard errno == EINTR else { throw .last }
    }
  }

  private static func read(_ number: Int32, _ base: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.read(number, base, count)
    #elseif canImport(Musl)
      unsafe Musl.read(number, base, count)
    #else
      unsafe Darwin.read(number, base, count)
    #endif
  }

  /// Writes all of `range`.
  func write(_ bytes: [UInt8], _ range: Range<Int>) throws(SystemError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let result = unsafe bytes.withUnsafeBytes { buffer in
        let base = unsafe buffer.baseAddress.map { unsafe $0 + position }
        let count = range.upperBound - position
        #if canImport(Glibc)
          return unsafe Glibc.write(number, base, count)
        #elseif canImport(Musl)
          return unsafe Musl.write(number, base, count)
        #else
          return unsafe Darwin.write(number, base, count)
        #endif
      }
      if result >= 0 {
        position += result
      } else if errno != EINTR {
        throw .last
      }
    }
  }

  func setMode(_ mode: UInt32) throws(SystemError) {
    guard fchmod(number, mode_t(mode & 0o777)) == 0 else { throw .last }
  }

  /// Sets the time of the last change, in seconds since 1970.
  func setModified(_ seconds: Int64) throws(SystemError) {
    let time = timespec(tv_sec: time_t(seconds), tv_nsec: 0)
    guard unsafe futimens(number, [time, time]) == 0 else { throw .last }
  }

  /// Sets the length.
  func truncate(_ byteCount: Int64) throws(SystemError) {
    guard ftruncate(number, off_t(byteCount)) == 0 else { throw .last }
  }

  /// Takes the lock of the file, which ends with the descriptor; false when somebody else has it
  /// and `waits` is false.
  func lock(waits: Bool) throws(SystemError) -> Bool {
    while flock(number, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      guard errno == EINTR else { throw .last }
    }
    return true
  }

  /// Gives the lock back, also for processes that inherited the open file.
  func unlock() { flock(number, LOCK_UN) }

  /// Makes this file a reflink of `source`; false where the file system cannot.
  func clone(_ source: borrowing FileDescriptor) -> Bool {
    #if os(Linux)
      // FICLONE, a macro that the importer leaves out: _IOW(0x94, 9, int).
      return ioctl(number, 0x4004_9409, source.number) == 0
    #else
      return false
    #endif
  }

  /// Copies up to `count` bytes at `offset` of `source` to this file's position inside the kernel;
  /// `nil` where it cannot.
  func copyInKernel(_ source: borrowing FileDescriptor, offset: Int64, count: Int)
    throws(SystemError)
    -> Int?
  {
    #if os(Linux)
      var from = off_t(offset)
      let copied = unsafe sendfile(number, source.number, &from, count)
      if copied >= 0 { return copied }
      if SystemError.last.isNoSpace { throw .last }
      return nil
    #else
      return nil
    #endif
  }

  func move(to offset: Int64) throws(SystemError) {
    guard lseek(number, off_t(offset), SEEK_SET) >= 0 else { throw .last }
  }

  // Macros that the importer leaves out.
  #if os(Linux)
    private static let (seekData, seekHole): (Int32, Int32) = (3, 4)
  #else
    private static let (seekData, seekHole): (Int32, Int32) = (4, 3)
  #endif

  /// The next stretch of this file from `offset` on that is no hole; `nil` when only a hole is left.
  func nextData(from offset: Int64) -> Range<Int64>? {
    let start = lseek(number, off_t(offset), Self.seekData)
    guard start >= 0 else { return nil }
    let end = lseek(number, start, Self.seekHole)
    return end > start ? Int64(start)..<Int64(end) : nil
  }

  /// Tells the kernel that the file will be read from start to end.
  func adviseSequential() {
    #if os(Linux)
      _ = posix_fadvise(number, 0, 0, POSIX_FADV_SEQUENTIAL)
    #endif
  }
}

extension SHA256Hasher {
  /// Adds a part of `bytes`.
  mutating func update(_ bytes: [UInt8], _ range: Range<Int>) {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe update(UnsafeRawBufferPointer(rebasing: buffer[range]))
    }
  }
}
