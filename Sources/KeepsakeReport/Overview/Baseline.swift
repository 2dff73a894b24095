internal import KeepsakeModel

/// The experiment that others are compared with, and how far their metrics are from its own.
struct Baseline: Sendable {
  /// Its position.
  let position: Int

  private let summary: ExperimentSummary
  private let siteMetric: PrimaryMetric?

  /// `nil` where none was chosen.
  init?(_ context: SiteContext) {
    guard let position = context.options.baseline.flatMap({ context.overview.position(of: $0) })
    else { return nil }
    self.position = position
    summary = context.overview.experiments[position]
    siteMetric = context.overview.metric
  }

  /// How much larger a metric of `other` is than the baseline's; `nil` where either has none.
  func difference(in metric: String, of other: ExperimentSummary) -> Double? {
    guard let value = Self.value(of: metric, in: other), value.isFinite,
      let own = Self.value(of: metric, in: summary), own.isFinite
    else { return nil }
    let difference = value - own
    guard difference != 0 else { return 0 }
    let size = Highlights.plain(
      difference.magnitude, near: max(value.magnitude, own.magnitude))
    return difference < 0 ? -size : size
  }

  /// Which values of a metric are good, where that is known or its name says it.
  func goal(of metric: String) -> PrimaryMetric.Goal? {
    if let siteMetric, siteMetric.name == metric { return siteMetric.goal }
    return PrimaryMetric.Goal(suggestedBy: metric)
  }

  private static func value(of metric: String, in summary: ExperimentSummary) -> Double? {
    guard let column = summary.experiment.checkpoints.column(metric),
      let row = summary.scoreRow ?? summary.representativeRow
    else { return nil }
    return column.kind(at: row) == .missing ? nil : column.number(at: row)
  }
}

extension PrimaryMetric.Goal {
  /// What a metric's name suggests: of losses and errors small values are good, of accuracies
  /// large ones.
  init?(suggestedBy name: String) {
    let small = ["loss", "err", "mse", "mae", "perplexity", "ppl", "nll", "wer", "fid", "time"]
    let large = ["acc", "f1", "auc", "precision", "recall", "bleu", "rouge", "reward", "score"]
    let name = name.lowercased()
    if small.contains(where: { name.contains($0) }) {
      self = .minimize
    } else if large.contains(where: { name.contains($0) }) {
      self = .maximize
    } else {
      return nil
    }
  }
}

extension ByteBuffer {
  /// Appends a table cell with a difference, coloured by whether it is good.
  mutating func append(differenceCell value: Double?, goal: PrimaryMetric.Goal?) {
    guard let value else { return appendEmptyCell() }
    switch goal {
    case _ where value == 0: append("<td class=\"number delta")
    case .minimize?:
      append(value < 0 ? "<td class=\"number delta good" : "<td class=\"number delta bad")
    case .maximize?:
      append(value > 0 ? "<td class=\"number delta good" : "<td class=\"number delta bad")
    case nil: append("<td class=\"number delta")
    }
    append("\" data-v=\"")
    append(exact: value)
    append(value > 0 ? "\">+" : "\">")
    append(metric: value)
    append("</td>")
  }
}
