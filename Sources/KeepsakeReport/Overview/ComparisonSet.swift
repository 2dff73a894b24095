internal import KeepsakeModel

/// Experiments that a page compares.
struct ComparisonSet: Sendable {
  /// The page's path.
  let path: String

  /// What the page is called.
  let heading: String

  /// Positions of the experiments, in the order of their columns.
  let positions: [Int]

  /// Whether these are the best ones, the best first.
  let isBest: Bool

  /// The best experiments; `nil` where fewer than two can be ranked.
  init?(bestOf overview: Overview) {
    positions = overview.best
    guard positions.count >= 2 else { return nil }
    path = "compare/best.html"
    heading = "The best \(positions.count) experiments"
    isBest = true
  }

  /// Chosen experiments; `nil` where the site has fewer than two of them.
  init?(_ choice: ReportOptions.ComparisonChoice, in overview: Overview) {
    positions = choice.experiments.compactMap { overview.position(of: $0) }
    guard positions.count >= 2 else { return nil }
    path = "compare/\(Slug(choice.name).text).html"
    heading = choice.name
    isBest = false
  }
}
