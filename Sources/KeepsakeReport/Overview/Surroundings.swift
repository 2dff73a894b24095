internal import KeepsakeDigest
internal import KeepsakeModel

/// All that the page of an experiment may know of the site around it.
///
/// A page whose surroundings and own content are as before has the same bytes as before, and need
/// not be made again. So whatever a page is to say about others has to stand here or in
/// ``ExperimentPage``; ``ExperimentPage/input`` covers every property of both.
struct Surroundings: Sendable {
  let frame: PageFrame
  let options: ReportOptions

  /// The metric that the site ranks by.
  let metric: PrimaryMetric?

  /// Whether there are other experiments.
  let hasOthers: Bool

  /// The names of the params that are not the same everywhere.
  let varyingParams: Set<String>

  /// The best of all, where the experiments can be ranked.
  let best: Best?

  /// The best experiment of a site.
  struct Best: Sendable {
    let id: ExperimentID
    let link: ExperimentLink
    let score: Double
  }

  init(_ context: SiteContext) {
    let overview = context.overview
    frame = context.frame
    options = context.options
    metric = overview.metric
    hasOthers = overview.experiments.count > 1
    varyingParams = Set(overview.params.varying.map(\.name))
    best = overview.bestPosition.flatMap { position in
      let summary = overview.experiments[position]
      return summary.score.map {
        Best(id: summary.experiment.id, link: summary.link, score: $0)
      }
    }
  }
}

/// An experiment that another one is compared with.
struct Opponent: Sendable {
  /// What it is: `the best`.
  let name: StaticString

  let id: ExperimentID
  let link: ExperimentLink

  /// The metrics of the checkpoint that stands for it.
  let metrics: NamedValues

  let params: NamedValues
  let code: NamedValues
  let packages: NamedValues

  /// The files saved at its start.
  let start: FileIndex?

  /// The digest of all of this.
  private(set) var digest = ContentDigest(of: [])

  init(_ summary: ExperimentSummary, named name: StaticString, start: FileIndex?) {
    self.name = name
    id = summary.experiment.id
    link = summary.link
    metrics = ChangeReport.metrics(of: summary)
    params = summary.experiment.params
    code = ChangeReport.code(of: summary.experiment)
    packages = summary.experiment.packages
    self.start = start
    digest = InputBytes.digest { $0.append(self) }
  }
}
