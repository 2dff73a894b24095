/// A script of the site. Pages load those that they use.
enum SiteScript: String, Sendable, CaseIterable {
  /// What the others share; on every page, before them.
  case ks
  /// Sorts, filters and pages the table of experiments.
  case table
  /// Reads lines of charts.
  case readouts
  /// Reads the charts of params, after ``readouts``.
  case points

  /// The files in `Site/scripts` that it is made from, in their order: each uses those before it.
  var parts: [String] {
    switch self {
    case .ks: ["elements", "numbers", "page"]
    case .table, .readouts, .points: [rawValue]
    }
  }
}
