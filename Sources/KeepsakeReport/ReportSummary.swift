package import KeepsakeModel

/// What writing a report did.
package struct ReportSummary: Sendable {
  /// The number of experiments shown.
  package var experimentCount: Int

  /// The number of files of the site.
  package var fileCount: Int

  /// How many of them were new or had other content before.
  package var writtenCount: Int

  /// How many files of an earlier report were deleted.
  package var deletedCount: Int

  /// The size of the site.
  package var byteCount: Int

  /// What the report found wrong itself, such as links in notes that lead nowhere; these stand on
  /// the health page too.
  package var warnings: [Problem]

  /// What was replaced by a mark because it looks like a secret, by place.
  package var withheld: [Withholding] = []
}
