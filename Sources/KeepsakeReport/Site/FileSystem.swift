#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An error number of the operating system.
struct SystemError: Error {
  let number: Int32

  /// The last error of this thread.
  init() { number = errno }

  /// What the operating system calls it.
  var text: String {
    // SAFETY: `strerror` returns a terminated text that lives until this thread's next call.
    unsafe String(cString: strerror(number)).lowercased()
  }
}

/// The few calls by which a site is written; the only place of this module that does I/O.
enum FileSystem {
  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(SystemError) {
    if unsafe mkdir(path, 0o777) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw SystemError()
    }
    try makeFolder(String(path[..<slash]))
    guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else { throw SystemError() }
  }

  /// The names in a folder, sorted.
  static func names(in path: String) throws(SystemError) -> [String] {
    guard let stream = unsafe opendir(path) else { throw SystemError() }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        // SAFETY: `d_name` is a terminated text within the entry.
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The content of a file; `nil` when there is none.
  static func contents(of path: String) throws(SystemError) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw SystemError()
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError() }
    return try read(descriptor, count: Int(status.st_size))
  }

  private static func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let base = buffer.baseAddress {
        let step = unsafe Platform.read(descriptor, base + filled, count - filled)
        if step < 0, errno == EINTR { continue }
        if step < 0 { failure = SystemError() }
        if step <= 0 { return }
        filled += step
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Whether a regular file with this content is at `path`.
  static func has(_ bytes: [UInt8], at path: String) throws(SystemError) -> Bool {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ELOOP || errno == ENOTDIR { return false }
      throw SystemError()
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError() }
    guard status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) == bytes.count else {
      return false
    }
    return try read(descriptor, count: bytes.count) == bytes
  }

  /// Makes a file; `false` when there is something of that name.
  static func create(_ path: String, with bytes: [UInt8]) throws(SystemError) -> Bool {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST { return false }
      throw SystemError()
    }
    if let failure = write(bytes, andClose: descriptor) {
      unsafe unlink(path)
      throw failure
    }
    return true
  }

  /// Replaces the content of a file in one step.
  static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let temporary = "\(path).part"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw SystemError() }
    var failure = write(bytes, andClose: descriptor)
    if failure == nil, unsafe rename(temporary, path) != 0 { failure = SystemError() }
    if let failure {
      unsafe unlink(temporary)
      throw failure
    }
  }

  /// Writes to a file and closes it in any case; returns what went wrong.
  private static func write(_ bytes: [UInt8], andClose descriptor: Int32) -> SystemError? {
    var failure: SystemError?
    unsafe bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count, let base = buffer.baseAddress {
        let step = unsafe Platform.write(descriptor, base + offset, buffer.count - offset)
        if step < 0, errno == EINTR { continue }
        if step < 0 {
          failure = SystemError()
          return
        }
        offset += step
      }
    }
    if close(descriptor) != 0, failure == nil { failure = SystemError() }
    return failure
  }

  /// Deletes a file; `false` when there is none.
  static func delete(_ path: String) throws(SystemError) -> Bool {
    if unsafe unlink(path) == 0 { return true }
    if errno == ENOENT || errno == ENOTDIR { return false }
    throw SystemError()
  }
}

/// Functions whose plain names mean something else in Swift.
private enum Platform {
  static func read(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.read(file, buffer, count)
    #elseif canImport(Musl)
      unsafe Musl.read(file, buffer, count)
    #else
      unsafe Glibc.read(file, buffer, count)
    #endif
  }

  static func write(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.write(file, buffer, count)
    #elseif canImport(Musl)
      unsafe Musl.write(file, buffer, count)
    #else
      unsafe Glibc.write(file, buffer, count)
    #endif
  }
}
