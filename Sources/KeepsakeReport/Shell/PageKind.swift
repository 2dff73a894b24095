/// A kind of page, and the names that its template can use.
///
/// The same lists check templates when a report starts and pages when they are filled.
enum PageKind: String, Sendable, CaseIterable {
  case index
  case experiment
  case compare
  case chosen
  case parameters
  case health
  case singleFile = "single-file"

  /// Names that are true or false: `{{#hasNotes}}`.
  var flags: [String] {
    let common = [
      "isIndex", "isCompare", "isParameters", "isHealth", "hasProblems", "hasCompare",
      "hasParameters",
    ]
    switch self {
    case .index:
      return common + [
        "hasExperiments", "hasBest", "hasNotes", "hasLongNotes", "hasConstants", "hasPages",
        "hasTruncation",
      ]
    case .experiment:
      return common + [
        "hasBest", "hasCharts", "hasSmoothing", "hasParams", "hasNotes", "hasCheckpoints",
        "hasFiles", "hasChanges", "hasPackages", "hasCheckout", "hasNeighbours", "hasNewer",
        "hasOlder",
      ]
    case .compare: return common + ["hasCharts", "hasFileDiffs", "hasSame", "hasSeeds", "hasSets"]
    case .chosen, .parameters, .health, .singleFile: return common
    }
  }

  /// Names that stand for text, `{{title}}`, or for markup that the report made, `{{{table}}}`.
  ///
  /// Text is escaped either way, so a template cannot get this wrong.
  var slots: [String] {
    let common = [
      "title", "pageTitle", "root", "stylesheet", "scriptsHTML", "problemCount", "repository",
      "compare",
    ]
    switch self {
    case .index:
      return common + [
        "heading", "countsHTML", "bestHTML", "notesHTML", "tableHTML", "pagerHTML",
        "constantCount", "constantsHTML", "truncation", "rows",
      ]
    case .experiment:
      return common + [
        "id", "shortID", "statusHTML", "factsHTML", "bestHTML", "chartsHTML", "paramsHTML",
        "notesHTML", "checkpointsHTML", "checkpointsCaption", "filesHTML", "changesHTML",
        "environmentHTML", "packagesHTML", "packageCount", "checkout", "checkoutHint", "csv",
        "data", "newer", "newerID", "older", "olderID",
      ]
    case .compare:
      return common + [
        "heading", "introHTML", "tableHTML", "chartsHTML", "sameRows", "seedsHTML",
        "fileDiffsHTML", "setsHTML",
      ]
    case .chosen: return common + ["rows", "axis", "smoothing", "log"]
    case .parameters: return common + ["introHTML", "chartsHTML", "points"]
    case .health: return common + ["introHTML", "problemsHTML", "withheldHTML"]
    case .singleFile: return common + ["policy", "pagesHTML", "dataHTML"]
    }
  }
}
