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

  /// Sets of experiments that pages of their own compare, beside the best.
  package var comparisons: [ComparisonChoice] = []

  /// How many experiments have pages of their own: the newest, and the best; `nil` for all.
  package var detailLimit: Int? = 1000

  /// How lines are smoothed.
  package var smoothing = ChartOptions.Smoothing.automatic

  /// How many points of long lines are drawn.
  package var fidelity = ChartOptions.Fidelity.normal

  /// What the values of line charts stand over.
  package var xAxis = ChartOptions.XAxis.step

  /// The metrics whose charts have a logarithmic axis.
  package var logScale = LogScale.automatic

  /// The order of the first page; `nil` for the newest first.
  package var sort: ExperimentSort?

  /// Whether values that look like secrets are replaced by a mark.
  package var withholdsSecrets = true

  /// Which charts have a logarithmic axis.
  package enum LogScale: Sendable, Hashable {
    /// Those whose values are positive and span three orders of magnitude.
    case automatic
    case all
    /// Those of these metrics; the others as by ``automatic``.
    case metrics(Set<String>)
  }

  /// Experiments that somebody wants to see beside each other.
  package struct ComparisonChoice: Sendable, Hashable {
    /// What the page is called.
    package var name: String

    /// The experiments, in the order of their columns.
    package var experiments: [ExperimentID]

    package init(name: String, experiments: [ExperimentID]) {
      self.name = name
      self.experiments = experiments
    }
  }

  /// How the chart of a metric is drawn.
  func chart(of metric: String) -> ChartOptions {
    var options = ChartOptions(smoothing: smoothing, fidelity: fidelity, xAxis: xAxis)
    switch logScale {
    case .automatic: break
    case .all: options.logScale = .always
    case .metrics(let names): if names.contains(metric) { options.logScale = .always }
    }
    return options
  }

  /// Options; without changes those of a report that asks for nothing special.
  package init() {}
}
