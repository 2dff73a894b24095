/// Why a request could not be carried out, as it is told to the program.
package struct WireError: Error, Sendable, Equatable {
  /// A kind of failure.
  package struct Code: Sendable, Hashable {
    /// What stands on the wire.
    package let name: String

    package init(_ name: String) { self.name = name }

    package static let invalidRequest = Code("invalid_request")
    package static let invalidQuery = Code("invalid_query")
    package static let invalidPath = Code("invalid_path")
    package static let `protocol` = Code("protocol")
    package static let notRecording = Code("not_recording")
    package static let alreadyRecording = Code("already_recording")
    package static let wouldOverwrite = Code("would_overwrite")
    package static let noFiles = Code("no_files")
    package static let notFound = Code("not_found")
    package static let ambiguous = Code("ambiguous")
    package static let newerVersion = Code("newer_version")
    package static let corruptRepository = Code("corrupt_repository")
    package static let corrupt = Code("corrupt")
    package static let read = Code("read")
    package static let write = Code("write")
  }

  /// The kind of failure.
  package var code: Code

  /// The fact.
  package var what: String

  /// The cause; empty where the fact says it.
  package var why: String

  /// What to do about it, as a sentence; empty where nothing can be done.
  package var fix: String

  /// Describes a failure.
  package init(_ code: Code, what: String, why: String = "", fix: String = "") {
    self.code = code
    self.what = what
    self.why = why
    self.fix = fix
  }

  /// A request that makes no sense.
  static func invalidRequest(_ why: String) -> WireError {
    WireError(
      .invalidRequest, what: "cannot understand the request", why: why,
      fix: "Use the versions of the package and of the program that belong together.")
  }
}
