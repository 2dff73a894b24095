/// A script of the site. Pages load those that they use.
enum SiteScript: String, Sendable, CaseIterable {
  /// What the others share; on every page, before them.
  case ks
  /// Sorts, filters and pages the table of experiments, and chooses from it.
  case table
  /// Reads lines of charts.
  case readouts
  /// Reads the charts of params, after ``readouts``.
  case points
  /// Compares what was chosen in the table, after ``readouts``.
  case compare

  /// The files in `Site/scripts` that it is made from, in their order: each uses those before it.
  var parts: [String] {
    switch self {
    case .ks: ["elements", "numbers", "rows", "page"]
    case .table, .readouts, .points: [rawValue]
    case .compare: ["axes", "lines", "compare"]
    }
  }
}
