#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An open folder: names below it are resolved one component at a time, never through a symbolic
/// link.
struct Folder: ~Copyable {
  private let descriptor: FileDescriptor

  /// Opens the folder at `path`; links on the way are followed, since the caller chose it.
  init(path: String) throws(SystemError) {
    let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw .last }
    descriptor = FileDescriptor(number: number)
  }

  private init(number: Int32) { descriptor = FileDescriptor(number: number) }

  /// A second handle on the same folder.
  func duplicate() throws(SystemError) -> Folder {
    let number = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0)
    guard number >= 0 else { throw .last }
    return Folder(number: number)
  }

  /// Opens the folder `name`, making it when it is missing.
  func folder(_ name: [UInt8], creating: Bool) throws(SystemError) -> Folder {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    let path = Self.terminated(name)
    var number = unsafe openat(descriptor.number, path, flags)
    if number < 0, errno == ENOENT, creating {
      guard unsafe mkdirat(descriptor.number, path, 0o777) == 0 || errno == EEXIST else {
        throw .last
      }
      number = unsafe openat(descriptor.number, path, flags)
    }
    guard number >= 0 else { throw .last }
    return Folder(number: number)
  }

  /// Makes the file `name`, which must not exist.
  func createFile(_ name: [UInt8]) throws(SystemError) -> FileDescriptor {
    let number = unsafe openat(
      descriptor.number, Self.terminated(name), FileDescriptor.Access.create.flags, 0o600)
    guard number >= 0 else { throw .last }
    return FileDescriptor(number: number)
  }

  /// Makes the symbolic link `name`, which must not exist.
  func createLink(_ name: [UInt8], to target: [UInt8]) throws(SystemError) {
    guard
      unsafe symlinkat(Self.terminated(target), descriptor.number, Self.terminated(name)) == 0
    else { throw .last }
  }

  /// Renames a file of this folder, replacing a file or a link of the new name.
  func rename(_ name: [UInt8], to newName: [UInt8]) throws(SystemError) {
    let number = descriptor.number
    guard
      unsafe renameat(number, Self.terminated(name), number, Self.terminated(newName)) == 0
    else { throw .last }
  }

  /// Removes a file; a missing one is no error.
  func removeFile(_ name: [UInt8]) {
    _ = unsafe unlinkat(descriptor.number, Self.terminated(name), 0)
  }

  /// The bytes that an ordinary user can still write on this disk.
  func freeByteCount() throws(SystemError) -> Int64 {
    var status = statvfs()
    guard unsafe fstatvfs(descriptor.number, &status) == 0 else { throw .last }
    let (bytes, overflow) = Int64(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int64(clamping: status.f_frsize))
    return overflow ? .max : bytes
  }

  private static func terminated(_ name: [UInt8]) -> [CChar] {
    var bytes = name.map { CChar(bitPattern: $0) }
    bytes.append(0)
    return bytes
  }
}

/// Operations on whole paths.
enum FileSystem {
  /// The names in the folder at `path`, sorted bytewise, without `.` and `..`.
  static func names(in path: String) throws(SystemError) -> [[UInt8]] {
    guard let stream = unsafe opendir(path) else { throw .last }
    defer { _ = unsafe closedir(stream) }
    guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        if errno != 0 { throw .last }
        break
      }
      // SAFETY: an entry may be shorter than `dirent`; its name ends with a zero byte.
      let start = unsafe UnsafeRawPointer(entry) + offset
      let count = unsafe strlen(start.assumingMemoryBound(to: CChar.self))
      let name = unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Where the symbolic link at `path` points.
  static func linkTarget(of path: String) throws(SystemError) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw .last }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  static func makeFolder(_ path: String, mode: UInt32 = 0o777) throws(SystemError) {
    guard unsafe mkdir(path, mode_t(mode)) == 0 else { throw .last }
  }

  /// Makes the folder and those above it that are missing.
  static func makeFolders(_ path: String, mode: UInt32 = 0o777) throws(SystemError) {
    if let status = try? FileStatus(path: path, followsLinks: true) {
      guard status.kind == .folder else { throw .notDirectory }
      return
    }
    let parent = path.utf8.lastIndex(of: 0x2F).map { String(path[..<$0]) } ?? ""
    if !parent.isEmpty { try makeFolders(parent, mode: mode) }
    do {
      try makeFolder(path, mode: mode)
    } catch {
      // Somebody else may have made it meanwhile; a path that ends with `/` was made as its parent.
      guard error == .exists else { throw error }
    }
  }

  /// Renames a file, replacing one of the new name.
  static func move(_ path: String, to newPath: String) throws(SystemError) {
    guard unsafe rename(path, newPath) == 0 else { throw .last }
  }

  /// Removes a file; false when it could not be.
  @discardableResult
  static func removeFile(_ path: String) -> Bool { unsafe unlink(path) == 0 }

  /// Removes an empty folder; false when it could not be.
  @discardableResult
  static func removeFolder(_ path: String) -> Bool { unsafe rmdir(path) == 0 }

  /// Removes a folder with all that is in it, as far as that can be removed.
  static func removeTree(_ folder: String) {
    for name in (try? names(in: folder)) ?? [] {
      let path = "\(folder)/\(String(decoding: name, as: UTF8.self))"
      if !removeFile(path) { removeTree(path) }
    }
    removeFolder(folder)
  }
}
