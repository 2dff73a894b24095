#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// The folder of caches: a file for each store.
struct CacheFolder: Sendable {
  let path: String

  static let ending = ".pack"

  /// Files that no command used for so long are removed.
  private static let days: Int64 = 90

  /// The file for the store with this name.
  func file(for storeName: String) -> String {
    let readable = storeName.utf8.prefix(80).map { byte in
      switch UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: ".")
      {
      case true: byte
      case false: UInt8(ascii: "-")
      }
    }
    let digits = String(CRC32C(of: Array(storeName.utf8)).value, radix: 16)
    return "\(path)/\(String(decoding: readable, as: UTF8.self))-\(digits)\(Self.ending)"
  }

  /// Makes the folder for its owner alone, and throws out what is old.
  func prepare() throws(POSIXError) {
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
      guard errno == ENOENT else { throw POSIXError() }
      try Platform.makeFolder(DiskStore.folder(of: path))
      guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw POSIXError() }
    }
    guard isPrivate else { throw POSIXError(number: EPERM) }
    for (name, isFolder) in try Platform.entries(of: path) where !isFolder {
      guard name.contains(Self.ending), age("\(path)/\(name)") > Self.days else { continue }
      unsafe unlink("\(path)/\(name)")
    }
  }

  /// Whether only this process's user can have written what is in the folder.
  var isPrivate: Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      && Self.isOwn(status)
  }

  static func isOwn(_ status: stat) -> Bool {
    status.st_uid == geteuid() && status.st_mode & 0o022 == 0
  }

  /// How many days ago the file at `path` was last used; it is marked as used at most once a day.
  private func age(_ path: String) -> Int64 {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return 0 }
    return Int64(time(nil)) / 86_400 - DiskStore.describe("", status).modified / 86_400_000_000_000
  }

  /// Notes that the file at `path` is in use.
  func touch(_ path: String) {
    if age(path) > 0 { unsafe utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) }
  }
}
