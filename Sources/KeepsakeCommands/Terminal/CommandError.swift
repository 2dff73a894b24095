internal import KeepsakeWire

/// Why a command could not do what it was asked.
struct CommandError: Error, CustomStringConvertible {
  /// The fact.
  var what: String

  /// What to do about it; empty where nothing can be done.
  var fix = ""

  /// What stands between them.
  var separator = "\n\n"

  /// The status that the program ends with.
  var exitCode = ExitStatus.failure

  /// What programs are told that asked for it.
  var code: WireError.Code?

  var description: String { fix.isEmpty ? what : what + separator + fix }
}

/// What the program ends with.
enum ExitStatus {
  static let success: Int32 = 0
  static let failure: Int32 = 1
  /// A part of what was asked for could not be done; the rest was.
  static let partial: Int32 = 3
  /// There is no project here.
  static let noProject: Int32 = 10
  /// The arguments make no sense.
  static let usage: Int32 = 64
}
