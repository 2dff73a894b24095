internal import KeepsakeModel

/// What the pages of a site say about an experiment, worked out once.
///
/// A class, because a site passes its summaries around more often than it reads them.
final class ExperimentSummary: Sendable {
  /// The experiment.
  let experiment: Experiment

  /// The name of its files, without folder and extension: the first 12 digits of its identifier.
  let stem: String

  /// The identifier as people see it: 7 digits, more where those are not unique.
  let shortID: String

  /// Whether it has a page of its own.
  let hasPage: Bool

  /// Whether it goes on, or how it ended.
  let status: ExperimentStatus

  /// The metric that says which of its checkpoints is best.
  let primaryMetric: PrimaryMetric?

  /// The row of its best checkpoint.
  let bestRow: Int?

  /// The row in which the site's metric is best; `nil` where it has no number.
  let scoreRow: Int?

  /// The value of the site's metric at its best; `nil` where it has none.
  let score: Double?

  /// The time from its start to its end, or to the last sign of life; `nil` when there is none, or
  /// the start is unknown.
  let duration: Duration?

  /// The row that stands for it: the best, else the latest.
  var representativeRow: Int? { bestRow ?? experiment.checkpoints.latestRow }

  /// The row whose files `keepsake checkout` takes for the experiment's identifier: it goes by the
  /// recorded primary metric, whatever the site ranks by.
  var checkoutRow: Int? { experiment.checkpoints.bestRow ?? experiment.checkpoints.latestRow }

  /// How other pages point to it.
  var link: ExperimentLink { ExperimentLink(stem: stem, shortID: shortID, hasPage: hasPage) }

  init(
    _ experiment: Experiment, stem: String, shortID: String, now: Timestamp,
    siteMetric: PrimaryMetric?, isMetricForced: Bool
  ) {
    self.experiment = experiment
    self.stem = stem
    self.shortID = shortID
    hasPage = true
    status = experiment.status(at: now)
    let checkpoints = experiment.checkpoints
    let own = checkpoints.primaryMetric
    let metric = isMetricForced ? siteMetric ?? own : own ?? siteMetric
    primaryMetric = metric
    let column = metric.flatMap { checkpoints.column($0.name) }
    let best = metric.flatMap { column?.bestRow(for: $0.goal) }
    bestRow = best
    if let siteMetric, let siteColumn = checkpoints.column(siteMetric.name) {
      scoreRow = siteMetric == metric ? best : siteColumn.bestRow(for: siteMetric.goal)
      score = scoreRow.map { siteColumn.number(at: $0) }
    } else {
      scoreRow = nil
      score = nil
    }
    var end = experiment.lastActivity
    if let heartbeat = experiment.heartbeat { end = max(end, heartbeat) }
    duration =
      experiment.created.isKnown && end > experiment.created
      ? end.since(experiment.created) : nil
  }

  /// The same with, or without, a page of its own.
  init(_ other: ExperimentSummary, hasPage: Bool) {
    experiment = other.experiment
    stem = other.stem
    shortID = other.shortID
    self.hasPage = hasPage
    status = other.status
    primaryMetric = other.primaryMetric
    bestRow = other.bestRow
    scoreRow = other.scoreRow
    score = other.score
    duration = other.duration
  }
}

/// The way to an experiment's page.
struct ExperimentLink: Sendable, Hashable {
  /// The name of its files, without folder and extension.
  var stem: String

  /// The identifier as people see it.
  var shortID: String

  /// Whether it has a page of its own.
  var hasPage: Bool

  /// The path of its page, where it has one.
  var path: String { "e/\(stem).html" }
}
