/// Why a report cannot be written.
package struct ReportError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  package enum Code: Sendable, Hashable {
    /// The folder holds something that is not a report.
    case foreignFolder
    /// The site does not fit into one file.
    case tooLarge
    /// A file or folder of the site could not be written.
    case cannotWrite
    /// A template cannot be read or uses names that do not exist.
    case badTemplate
    /// An option names an experiment or metric that is not there.
    case badOption
  }

  /// The kind of error.
  package var code: Code

  /// What could not be done, naming the object.
  package var what: String

  /// The cause.
  package var why: String

  /// A sentence that says what to do.
  package var fix: String

  init(_ code: Code, what: String, why: String, fix: String) {
    self.code = code
    self.what = what
    self.why = why
    self.fix = fix
  }

  /// What, why and how to fix it, in one line.
  package var description: String { "\(what): \(why). \(fix)" }
}

extension ReportError {
  /// A file or folder of the site could not be written.
  static func cannotWrite(_ path: String, _ error: SystemError) -> ReportError {
    ReportError(
      .cannotWrite, what: "cannot write \(path)", why: error.text,
      fix: "Check that the folder can be written to and that the disk is not full.")
  }
}
