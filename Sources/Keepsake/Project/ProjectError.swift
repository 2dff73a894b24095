/// Why a project could not be found, or its repository not be opened.
package struct ProjectError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of failure.
  package enum Code: String, Sendable {
    /// There is no `keepsake.yaml`.
    case notFound = "config_not_found"
    /// `keepsake.yaml` cannot be read, or does not say what it must.
    case invalidConfiguration = "invalid_config"
    /// The repository's URL is wrong, or this program cannot open it.
    case invalidURL = "invalid_repository_url"
  }

  /// The kind of failure.
  package let code: Code

  /// The fact, with its cause.
  package let what: String

  /// What to do about it, as sentences.
  package let fix: String

  package init(_ code: Code, what: String, fix: String) {
    self.code = code
    self.what = what
    self.fix = fix
  }

  package var description: String { "\(what)\n\n\(fix)" }
}
