#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An error number of the operating system.
struct SystemError: Error, Hashable {
  /// The value of `errno`.
  var number: Int32

  /// The error that the last system call of this thread left.
  static var last: SystemError { SystemError(number: errno) }

  /// The system's words for it.
  var message: String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    let words = unsafe String(cString: text)
    return words.prefix(1).lowercased() + words.dropFirst()
  }

  /// Whether a disk is full or a quota is used up.
  var isNoSpace: Bool { number == ENOSPC || number == EDQUOT }

  /// Whether there is nothing of that name.
  var isMissing: Bool { number == ENOENT }

  /// Whether every further operation on that disk would fail too.
  var isFatal: Bool {
    isNoSpace || [EIO, EROFS, EMFILE, ENFILE, ENOMEM, EBADF].contains(number)
  }

  static let isDirectory = SystemError(number: EISDIR)
  static let notDirectory = SystemError(number: ENOTDIR)
  static let tooManyLinks = SystemError(number: ELOOP)
  static let invalid = SystemError(number: EINVAL)
  static let tooLarge = SystemError(number: EFBIG)
  static let notEmpty = SystemError(number: ENOTEMPTY)
  static let exists = SystemError(number: EEXIST)
}
