internal import KeepsakeModel

/// What all pages of a site share.
struct SiteContext: Sendable {
  let input: ReportInput
  let options: ReportOptions
  let overview: Overview

  /// The sets of experiments that pages compare: the best, then those that were chosen.
  let comparisons: [ComparisonSet]

  let assets: SiteAssets

  init(
    _ input: ReportInput, _ options: ReportOptions, _ assets: SiteAssets = SiteAssets()
  ) throws(ReportError) {
    self.input = input
    self.options = options
    let overview = try Overview(input, options: options)
    self.overview = overview
    comparisons =
      [ComparisonSet(bestOf: overview)].compactMap { $0 }
      + options.comparisons.compactMap { ComparisonSet($0, in: overview) }
    self.assets = assets
    add(input.problems)
  }

  /// Everything that could not be read or resolved, by place.
  private(set) var problems: [Problem] = []

  /// Adds what could not be read or resolved.
  mutating func add(_ more: [Problem]) {
    // Parted once, not at each comparison.
    problems = (problems + more).map { (problem: $0, place: ProblemPlace($0.place)) }
      .sorted {
        $0.place == $1.place
          ? $0.problem.reason.utf8Precedes($1.problem.reason) : $0.place < $1.place
      }.map(\.problem)
  }

  /// Whether there is a page about the params' influence.
  var hasParameters: Bool {
    overview.experiments.count >= 2 && overview.metric != nil
      && !ParametersPage.params(of: overview).isEmpty
  }

  /// Whether there is a page that compares what readers choose.
  var hasChoice: Bool { overview.experiments.count >= 2 }

  /// What stands on all pages.
  var frame: PageFrame {
    PageFrame(
      title: options.title, stylesheetPath: assets.stylesheetPath, scriptPaths: assets.scriptPaths,
      repositoryLabel: input.repositoryLabel, comparePath: comparisons.first?.path,
      hasParameters: hasParameters,
      problemCount: problems.count)
  }

  /// A page with what stands on all pages filled in.
  ///
  /// - Parameters:
  ///   - root: the way from the page's folder to that of the site: empty or `../`.
  ///   - heading: what the page is about, for its title; empty on the first page.
  ///   - scripts: those that the page uses besides the one that all do.
  func page(
    _ kind: PageKind, root: String, heading: String, scripts: Set<SiteScript> = []
  ) -> Page {
    frame.page(kind, root: root, heading: heading, scripts: scripts)
  }
}

/// A place such as `notes/a.md:12`, whose line comes after the ninth.
private struct ProblemPlace: Comparable {
  var file: String
  var line: Int

  init(_ place: String) {
    let digits = place.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let file = place.dropLast(digits)
    guard file.last == ":", let line = Int(place.suffix(digits)) else {
      (self.file, self.line) = (place, 0)
      return
    }
    (self.file, self.line) = (String(file.dropLast()), line)
  }

  static func < (a: Self, b: Self) -> Bool {
    a.file == b.file ? a.line < b.line : a.file.utf8Precedes(b.file)
  }
}

extension ByteBuffer {
  /// Appends a link to an experiment's page, or its identifier where it has none.
  mutating func append(experiment: ExperimentSummary, root: String) {
    append(link: experiment.link, root: root)
  }

  /// Appends a link to an experiment's page, or its identifier where it has none.
  mutating func append(link experiment: ExperimentLink, root: String) {
    guard experiment.hasPage else {
      append("<code class=\"id\">")
      append(markup: experiment.shortID)
      return append("</code>")
    }
    append("<a class=\"id\" href=\"")
    append(markup: root)
    append("e/")
    append(markup: experiment.stem)
    append(".html\">")
    append(markup: experiment.shortID)
    append("</a>")
  }

  /// Appends a status as a word with a mark.
  mutating func append(status: ExperimentStatus) {
    append("<span class=\"status ")
    append(markup: status.rawValue)
    append("\">")
    append(markup: status.rawValue)
    append("</span>")
  }
}
