package import KeepsakeModel

/// Choices about a report.
package struct ReportOptions: Sendable {
  /// The title of the site.
  package var title = "Experiments"

  /// Texts that stand in for built-in templates, by path below the template folder:
  /// `index.mustache`, `partials/head.mustache`.
  package var templates: [String: String] = [:]

  /// The metric to rank by; `nil` for the one that most experiments name as primary.
  package var metric: String?

  /// Which values of ``metric`` are good; `nil` for what the experiments say.
  package var goal: PrimaryMetric.Goal?

  /// The experiment that others are compared with; `nil` for none.
  package var baseline: ExperimentID?

  /// How many experiments have pages of their own: the newest, and the best; `nil` for all.
  package var detailLimit: Int? = 1000

  /// Options; without changes those of a report that asks for nothing special.
  package init() {}
}
