/// Why the files of a snapshot could not be collected, stored or brought back.
package struct SnapshotError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of thing went wrong.
  package enum Code: Sendable, Hashable {
    /// The `path` argument cannot be one: absolute, outside the project, empty.
    case invalidPath
    /// Nothing exists at the path.
    case notFound
    /// The path exists, but nothing below it is to be stored.
    case noFiles
    /// A disk is full, or a quota used up.
    case noSpace
    /// More bytes or entries than the caller allows.
    case limitExceeded
    /// An archive that is cut short, damaged or none at all.
    case corrupt
    /// An entry that is no regular file where one is needed.
    case notRegular
    /// The operating system refused.
    case system
  }

  /// What kind of thing went wrong.
  package var code: Code

  /// The fact, naming the object and the place.
  package var what: String

  /// The cause.
  package var why: String

  /// A sentence that says what to do.
  package var fix: String

  /// The operating system's error number; 0 where it was not involved.
  package var systemErrorNumber: Int32

  /// Describes an error.
  package init(
    _ code: Code, what: String, why: String, fix: String, systemErrorNumber: Int32 = 0
  ) {
    self.code = code
    self.what = what
    self.why = why
    self.fix = fix
    self.systemErrorNumber = systemErrorNumber
  }

  /// The whole message.
  package var description: String { "\(what): \(why). \(fix)" }
}

extension SnapshotError {
  /// Describes what the operating system refused.
  init(_ error: SystemError, what: String, fix: String? = nil) {
    let code: Code =
      if error.isNoSpace { .noSpace } else if error.isMissing { .notFound } else { .system }
    let usual =
      switch code {
      case .noSpace: "Free space on that disk, or choose a folder on another one."
      case .notFound: "Check that it was not moved or removed meanwhile."
      default: "Check the path, its permissions and the disk."
      }
    self.init(
      code, what: what, why: error.message, fix: fix ?? usual, systemErrorNumber: error.number)
  }
}

/// A file that was left out, and why.
package struct SkippedFile: Sendable, Hashable, CustomStringConvertible {
  /// The name for people, relative to the project or to the snapshot; bytes that are no UTF-8 show
  /// as `\xNN`.
  package var name: String

  /// The reason, as a clause without a full stop: `is a socket`.
  package var reason: String

  /// Names a file and the reason.
  package init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }

  /// Both in one line.
  package var description: String { "\(name): \(reason)" }
}

/// `name` as text; what is no UTF-8 or cannot be printed shows as `\xNN`.
func readableName(_ name: some Collection<UInt8>) -> String {
  if let text = String(validating: name, as: UTF8.self),
    !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
  {
    return text
  }
  let digits = Array("0123456789abcdef".utf8)
  var bytes: [UInt8] = []
  for byte in name {
    if (0x20..<0x7F).contains(byte) {
      bytes.append(byte)
    } else {
      bytes += [0x5C, 0x78, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
