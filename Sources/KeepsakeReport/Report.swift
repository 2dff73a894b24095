/// A static site about the experiments of a repository.
///
/// The same input makes the same bytes, whatever the time, the folder and the number of
/// processors.
package struct Report: Sendable {
  private let context: SiteContext
  private let templates: PageTemplates
  private let withheld: [Withholding]
  private let redactedSnapshots: RedactedSnapshots?

  /// Prepares a report: ranks the experiments and checks options and templates.
  package init(input: ReportInput, options: ReportOptions = ReportOptions()) async throws {
    // Beside what follows, which takes about as long.
    async let assets = SiteAssets()
    async let pages = PageTemplates(overrides: options.templates)
    async let flaws = RecordCheck.problems(of: input.experiments)
    var (input, options) = (input, options)
    if options.withholdsSecrets {
      var redactor = Redactor()
      redactedSnapshots = redactor.redact(&input)
      redactor.redact(&options)
      withheld = redactor.withheld
    } else {
      redactedSnapshots = nil
      withheld = []
    }
    templates = try await pages
    var context = try SiteContext(input, options, await assets)
    context.add(await flaws)
    self.context = context
    if let baseline = options.baseline, context.overview.position(of: baseline) == nil {
      throw ReportError(
        .badOption, what: "cannot use \(baseline) as the baseline",
        why: "the report has no such experiment",
        fix: "Give the id of an experiment that `keepsake ls` shows.")
    }
  }

  /// Writes the site into `folder`, which must be new, empty or hold an earlier report.
  ///
  /// Only files whose content differs are written; files that only the earlier report has are
  /// deleted.
  package func write(to folder: String) async throws -> ReportSummary {
    let site = try SiteFolder(folder)
    let build = try await SiteBuild(site, templates, context) { self.allWithheld }
    try await build.write()
    return summary(try site.finish(), of: build)
  }

  /// Writes the site as one HTML file to `path`, where nothing or an earlier report must be.
  ///
  /// - Throws: where the file would be larger than ``SingleFile/byteLimit``.
  package func write(toFile path: String) async throws -> ReportSummary {
    let file = try SiteDocument(path)
    let site = SiteMemory()
    let build = try await SiteBuild(site, templates, context) { self.allWithheld }
    try await build.write()
    return summary(
      try file.write(SingleFile(site.files, templates, context).bytes), of: build)
  }

  private func summary(_ tally: SiteTally, of build: SiteBuild) -> ReportSummary {
    ReportSummary(
      experimentCount: context.overview.experiments.count, fileCount: tally.fileCount,
      writtenCount: tally.writtenCount, deletedCount: tally.deletedCount,
      byteCount: tally.byteCount, warnings: build.warnings,
      withheld: allWithheld)
  }

  /// What was withheld from the experiments and, so far, from the files that were read.
  private var allWithheld: [Withholding] { withheld + (redactedSnapshots?.withheld ?? []) }
}
