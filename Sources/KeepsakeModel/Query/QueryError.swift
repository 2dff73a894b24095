/// Why a filter makes no sense.
package struct QueryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The fact.
  package let what: String

  /// What to write instead.
  package let fix: String

  package var description: String { "\(what)\n\n\(fix)" }

  static func malformedFilter(_ text: String) -> QueryError {
    QueryError(
      what: "Failed to parse filter: \"\(text)\".",
      fix: """
        Filters must be in the format "<name> <operator> <value>",
        where <operator> can be
          "=" (equal),
          "!=" (not equal),
          "<" (less than),
          "<=" (less than or equal),
          ">" (greater than), or
          ">=" (greater than or equal)
        """)
  }

  static func unknownDate(_ text: String, name: String) -> QueryError {
    QueryError(
      what: "Failed to parse \(name) time: Could not find format for \"\(text)\"",
      fix: "Write it as 2026-01-31, \"2026-01-31 18:30:00\", yesterday or \"3 days ago\".")
  }
}
