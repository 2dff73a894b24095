#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Folders of this user alone, for files on their way to or from a store that has no disk here.
package enum ScratchFolder {
  /// The folder for temporary files: `keepsake-USER` in `TMPDIR`, else in `/var/tmp`, which outlives
  /// the end of the machine's power, or in `/tmp`.
  package static func temporary(environment: [String: String]) -> String {
    let usual = unsafe access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp"
    return "\(absolute(environment["TMPDIR"]) ?? usual)/keepsake-\(getuid())"
  }

  /// The folder for records that a store does not have yet; `nil` where the user has no home.
  package static func state(environment: [String: String]) -> String? {
    if let folder = absolute(environment["XDG_STATE_HOME"]) { return "\(folder)/keepsake" }
    return absolute(environment["HOME"]).map { "\($0)/.local/state/keepsake" }
  }

  /// Without a `/` at its end; `nil` where it is no absolute path.
  private static func absolute(_ path: String?) -> String? {
    guard var path, path.hasPrefix("/") else { return nil }
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path == "/" ? "" : path
  }

  /// Makes the folder at `path`, for this user only, where it is not there.
  ///
  /// Throws where it belongs to someone else, who could look at or exchange the files.
  package static func make(_ path: String) throws(StoreError) {
    do throws(POSIXError) {
      if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
        try Platform.makeFolder(String(path[..<slash]))
      }
      if unsafe mkdir(path, 0o700) == 0 { return }
      guard errno == EEXIST else { throw POSIXError() }
      var status = stat()
      guard unsafe lstat(path, &status) == 0 else { throw POSIXError() }
      guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
        throw POSIXError(number: EPERM)
      }
      if status.st_mode & 0o077 != 0, unsafe chmod(path, 0o700) != 0 { throw POSIXError() }
    } catch {
      throw StoreError(
        error.number == ENOSPC ? .noSpace : .denied, what: "cannot use the folder \(path)",
        why: error.number == EPERM ? "it belongs to someone else" : error.text,
        fix: "Set TMPDIR to a folder of your own.")
    }
  }

  /// The folder at `path`, once it is there.
  package static func made(_ path: String) throws(StoreError) -> String {
    try make(path)
    return path
  }

  /// The name of the file in a store's folder that says whose it is.
  package static let addressName = "address"

  /// Notes, for people, that the folder at `path` is that of the store at `address`.
  package static func note(_ address: String, in path: String) {
    let file = "\(path)/\(addressName)"
    guard unsafe access(file, F_OK) != 0 else { return }
    // Where it cannot be written, messages show the folder.
    try? FileHandle(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
      .write(Array(address.utf8))
  }

  /// A path in `folder`, which is made, that no file has yet.
  package static func newFile(in folder: String) throws(StoreError) -> String {
    try make(folder)
    return "\(folder)/\(UInt64.random(in: .min ... .max))-\(getpid())"
  }
}
