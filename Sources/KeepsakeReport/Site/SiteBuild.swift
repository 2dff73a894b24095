internal import KeepsakeModel

/// One run of writing a site: what is worked out on the way and shared by its pages.
struct SiteBuild: Sendable {
  private let site: any SiteDestination
  private let templates: PageTemplates
  private let context: SiteContext
  private let notes: CompiledNotes
  private let rivals: Rivals
  private let surroundings: Surroundings

  /// The digest of what all pages are made from.
  private let commonInput: ContentDigest

  private let packages = PackageDigests()
  private let withheld: @Sendable () -> [Withholding]

  /// Compiles the notes, whose problems are counted on every page.
  ///
  /// - Parameter withheld: what was withheld so far; asked for when all else has been written.
  init(
    _ site: any SiteDestination, _ templates: PageTemplates, _ context: SiteContext,
    withheld: @escaping @Sendable () -> [Withholding]
  ) async throws {
    self.withheld = withheld
    self.site = site
    self.templates = templates
    notes = try await CompiledNotes(context)
    var context = context
    context.add(notes.problems)
    self.context = context
    rivals = await Rivals(context)
    let surroundings = Surroundings(context)
    self.surroundings = surroundings
    commonInput = InputBytes.digest {
      $0.append(templates.digest.bits)
      $0.append(surroundings)
    }
  }

  /// What the report found wrong itself.
  var warnings: [Problem] { notes.problems }

  /// Writes everything but the manifest.
  func write() async throws {
    try await writeTables(sizes: try await writeExperiments())
    try write(HealthPage(context: context, withheld: withheld()).page, to: "health.html")
  }

  /// The files about all experiments that need not wait for others, those that take longest first.
  private var overviewFiles: [@Sendable () async throws -> Void] {
    let data = ExperimentsData(context.overview)
    return [
      { try site.write(data.json) },
      { if context.hasParameters { try writeParameters() } },
      { try site.write(data.csv) },
      {
        let seeds = SeedGroups(context.overview)
        try site.write(JobSummary(context, seeds: seeds).file)
        for set in context.comparisons where set.isBest {
          try await write(set, seeds: SeedSection(context, seeds))
        }
      },
      { for file in context.assets.files + notes.files { try site.write(file) } },
    ]
      + context.comparisons.filter { !$0.isBest }.map { set in
        { @Sendable in try await write(set, seeds: nil) }
      }
  }

  private func write(_ set: ComparisonSet, seeds: SeedSection?) async throws {
    let experiments = set.positions.map { context.overview.experiments[$0].experiment }
    let files = try await ComparedFiles.load(experiments, from: context.input.snapshots)
    for file in seeds?.files ?? [] { try site.write(file) }
    let page = ComparePage(context: context, set: set, files: files, seeds: seeds).page
    try write(page, to: set.path)
  }

  private func writeParameters() throws(ReportError) {
    let page = ParametersPage(context.overview, surroundings)
    let input = page.input(site: commonInput)
    let dataPath = ParametersPage.dataPath(input)
    let keepsData = try keeps(dataPath, madeFrom: input)
    let keepsPage = try keeps(ParametersPage.path, madeFrom: input)
    if keepsData && keepsPage { return }
    let content = page.content(dataPath: dataPath)
    if !keepsData {
      try site.write(SiteFile(path: dataPath, bytes: content.data, input: input))
    }
    if !keepsPage {
      try site.write(
        SiteFile(
          path: ParametersPage.path, bytes: templates.render(content.page), input: input))
    }
  }

  private func write(_ page: Page, to path: String) throws(ReportError) {
    try site.write(SiteFile(path: path, bytes: templates.render(page)))
  }

  /// Writes the experiments' pages, and what can be written meanwhile; returns the size of what
  /// each experiment saved.
  private func writeExperiments() async throws -> [Int64?] {
    let experiments = context.overview.experiments
    let sizes = ResultList<Int64?>(repeating: nil, count: experiments.count)
    let others = overviewFiles
    let width = context.input.snapshots.width
    try await forEachInParallel(others.count + experiments.count, width: width) { place in
      if place < others.count { return try await others[place]() }
      let index = place - others.count
      let files = await SavedFiles.load(
        experiments[index], from: context.input.snapshots, isBrief: !experiments[index].hasPage)
      sizes.set(files.byteCount, at: index)
      if experiments[index].hasPage {
        try await writeExperiment(at: index, files: files)
      }
    }
    return sizes.values
  }

  /// Writes the files of an experiment that are not there yet.
  private func writeExperiment(at index: Int, files: SavedFiles) async throws {
    let summary = context.overview.experiments[index]
    let experiment = InputBytes.digest {
      $0.append(summary.experiment) { $0.append(packages.digest(of: $1).bits) }
    }
    let page = ExperimentPage(
      surroundings: surroundings, summary: summary,
      parent: summary.experiment.resumedFrom.flatMap { parent in
        context.overview.position(of: ExperimentID(parent)).map {
          context.overview.experiments[$0].link
        }
      },
      neighbours: context.overview.neighbours(of: index),
      opponents: rivals.opponents(of: index), notes: notes.byExperiment[index] ?? ByteBuffer(),
      files: files)
    // Reading archives for all experiments would take long, so only for the newest and the best;
    // the input does not cover what is in them.
    let readsContents = files.start != nil && (index < 8 || context.overview.best.contains(index))
    let pageInput = readsContents ? nil : page.input(site: commonInput, experiment: experiment)
    let path = summary.link.path
    if try !keeps(path, madeFrom: pageInput) {
      let content = await page.page(contents: readsContents ? context.input.snapshots : nil)
      try site.write(SiteFile(path: path, bytes: templates.render(content), input: pageInput))
    }
    let data = ExperimentData(summary)
    let input = data.input(program: templates.digest, experiment: experiment)
    for (path, file) in [
      (ExperimentData.path(summary, "csv"), { data.csv }),
      (ExperimentData.path(summary, "js"), { data.script }),
    ] where try !keeps(path, madeFrom: input) {
      var file = file()
      file.input = input
      try site.write(file)
    }
  }

  private func keeps(_ path: String, madeFrom input: ContentDigest?) throws(ReportError) -> Bool {
    guard let input else { return false }
    return try site.keeps(path, madeFrom: input)
  }

  /// Writes the pages of the table of experiments, and its rows for the script.
  private func writeTables(sizes: [Int64?]) async throws {
    let overview = context.overview
    let count = IndexPage.count(for: overview)
    let orders: [ExperimentTable.Order] = overview.metric == nil ? [.newest] : [.newest, .best]
    let rows = ExperimentRows(context, sizes: sizes)
    let markup = ResultList(repeating: ByteBuffer(), count: overview.experiments.count)
    async let data = writeRows(sizes: sizes)
    try await forEachInParallel(overview.experiments.count) { position in
      markup.set(rows.row(position), at: position)
    }
    let rowsPath = try await data
    let tables = orders.map { ExperimentTable(context, order: $0, rows: rows, markup.values) }
    try await forEachInParallel(count * orders.count) { index in
      let (order, number) = (orders[index / count], index % count)
      let page = IndexPage(context: context, order: order, number: number).page(
        table: tables[index / count], notes: notes.project, rowsPath: rowsPath)
      try write(page, to: IndexPage.path(order, number))
    }
    if context.hasChoice {
      try write(ChosenPage(context: context, rowsPath: rowsPath).page, to: ChosenPage.path)
    }
  }

  /// Writes the rows for the script; returns the file's path.
  private func writeRows(sizes: [Int64?]) async throws -> String {
    let file = RowsData(context, sizes: sizes).file
    try site.write(file)
    return file.path
  }
}

/// The notes of a site, ready to be shown.
struct CompiledNotes: Sendable {
  /// Those about the project.
  private(set) var project = ByteBuffer()

  /// Those about experiments, by position.
  private(set) var byExperiment: [Int: ByteBuffer] = [:]

  /// What did not resolve.
  private(set) var problems: [Problem] = []

  /// Pictures.
  private(set) var files: [SiteFile] = []

  init(_ context: SiteContext) async throws {
    let overview = context.overview
    var sources = context.input.projectNotes.enumerated().map { index, note in
      NoteSource(
        place: note.fileName, markdown: note.markdown, experiment: nil, root: "",
        idPrefix: "note-\(index + 1)")
    }
    for (position, summary) in overview.experiments.enumerated() where summary.hasPage {
      guard let markdown = context.input.notes[summary.experiment.id] else { continue }
      sources.append(
        NoteSource(
          place: "metadata/notes/\(summary.experiment.id).md", markdown: markdown,
          experiment: position, root: "../", idPrefix: "note"))
    }
    guard !sources.isEmpty else { return }
    let compiler = NoteCompiler(context)
    let results = ResultList(repeating: CompiledNote(), count: sources.count)
    let all = sources
    try await forEachInParallel(all.count) { index in
      results.set(try await compiler.compile(all[index]), at: index)
    }
    var paths = Set<String>()
    for (source, note) in zip(sources, results.values) {
      if let experiment = source.experiment {
        byExperiment[experiment] = note.html
      } else {
        project.append(markup: note.html.bytes)
      }
      problems += note.problems
      for file in note.files where paths.insert(file.path).inserted { files.append(file) }
    }
  }
}
