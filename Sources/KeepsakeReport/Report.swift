internal import KeepsakeModel

/// A static site about the experiments of a repository.
///
/// The same input makes the same bytes, whatever the time, the folder and the number of
/// processors.
package struct Report: Sendable {
  private let context: SiteContext
  private let templates: PageTemplates

  /// Prepares a report: ranks the experiments and checks options and templates.
  package init(input: ReportInput, options: ReportOptions = ReportOptions()) throws {
    templates = try PageTemplates(overrides: options.templates)
    let overview = try Overview(input, options: options)
    if let baseline = options.baseline, overview.position(of: baseline) == nil {
      throw ReportError(
        .badOption, what: "cannot use \(baseline) as the baseline",
        why: "the report has no such experiment",
        fix: "Give the id of an experiment that `keepsake ls` shows.")
    }
    context = SiteContext(
      input: input, options: options, overview: overview, assets: SiteAssets(),
      problems: input.problems.sorted {
        $0.place == $1.place
          ? $0.reason.utf8Precedes($1.reason) : $0.place.utf8Precedes($1.place)
      })
  }

  /// Writes the site into `folder`, which must be new, empty or hold an earlier report.
  ///
  /// Only files whose content differs are written; files that only the earlier report has are
  /// deleted.
  package func write(to folder: String) async throws -> ReportSummary {
    let site = try SiteFolder(folder)
    let context = context
    let templates = templates
    let experiments = context.overview.experiments
    try await forEachInParallel(experiments.count) { index in
      let summary = experiments[index]
      guard summary.hasPage else { return }
      let page = ExperimentPage(context: context, summary: summary)
        .page(notes: ByteBuffer(), files: ByteBuffer())
      try site.write(
        SiteFile(path: ExperimentPage.path(summary), bytes: templates.render(page)))
      let data = ExperimentData(summary)
      try site.write(data.csv)
      try site.write(data.script)
    }
    try await writePages(to: site, sizes: Array(repeating: nil, count: experiments.count))
    for file in context.assets.files { try site.write(file) }
    let tally = try site.finish()
    return ReportSummary(
      experimentCount: experiments.count, fileCount: tally.fileCount,
      writtenCount: tally.writtenCount, deletedCount: tally.deletedCount,
      byteCount: tally.byteCount, warnings: [])
  }

  private func writePages(to site: SiteFolder, sizes: [Int64?]) async throws {
    let overview = context.overview
    let count = IndexPage.count(for: overview)
    let orders: [ExperimentTable.Order] = overview.metric == nil ? [.newest] : [.newest, .best]
    let context = context
    let templates = templates
    try await forEachInParallel(count * orders.count) { index in
      let order = orders[index / count]
      let table = ExperimentTable(context, order: order, sizes: sizes)
      let page = IndexPage(context: context, order: order, number: index % count)
        .page(table: table, notes: ByteBuffer(), rowsPath: "")
      try site.write(
        SiteFile(
          path: IndexPage.path(order, index % count), bytes: templates.render(page)))
    }
    if context.hasCompare {
      let page = ComparePage(
        context: context, positions: overview.best,
        heading: "The best \(overview.best.count) experiments"
      ).page
      try site.write(SiteFile(path: "compare/best.html", bytes: templates.render(page)))
    }
    if context.hasParameters {
      let page = ParametersPage(context: context).page
      try site.write(SiteFile(path: ParametersPage.path, bytes: templates.render(page)))
    }
    try site.write(
      SiteFile(
        path: "health.html", bytes: templates.render(HealthPage(context: context).page)))
  }
}
