internal import KeepsakeModel
internal import KeepsakeRepository

/// What `show` prints of an experiment or a checkpoint, beside what they hold.
struct ShowDetails {
  /// Whether the files are in the repository.
  var files = SnapshotState.none

  /// Of an experiment: how many of its checkpoints have their files where.
  var checkpointFiles: [SnapshotState: Int] = [:]

  /// The machine on which files that are missing here may wait.
  var otherHost: String?

  /// How many files there are, where they are listed.
  var fileIndex: FileIndex?

  /// The first line of the note.
  var note: String?
}

/// The text of `show`.
struct ShowText {
  let experiment: Experiment
  let session: Session
  let now: Timestamp
  let showsAll: Bool
  let details: ShowDetails

  private static let shownPackages = 5
  private static let interestingPackages: Set<String> = [
    "cntk", "jax", "keras", "mxnet", "numpy", "pandas", "pytorch_lightning", "sklearn",
    "tensorflow", "torch",
  ]

  private var style: Style { session.style }

  /// An experiment: its facts, then the table of its checkpoints.
  var experimentText: String {
    var table = ElasticTable()
    addFacts(to: &table)
    addEnvironment(to: &table)
    addSpace(to: &table)
    let title = style.title("Experiment: \(experiment.id)").rendered
    return """
      \(title)

      \(table.rendered())\(style.heading("Checkpoints").rendered)
      \(checkpointTable)\(checkpointFiles)
      To see more details about a checkpoint, run:
        keepsake show <checkpoint ID>

      """
  }

  /// A checkpoint: its facts, those of its experiment, then its metrics.
  func text(of checkpoint: Checkpoint) -> String {
    var table = ElasticTable()
    table.add(["Created:", StyledText(checkpoint.created.rfc1123(in: session.localTime))])
    table.add(["Path:", StyledText(visible(checkpoint.path))])
    table.add(["Step:", "\(checkpoint.step)"])
    addFiles(to: &table)
    addSpace(to: &table)
    table.add([style.heading("Experiment"), ""])
    table.add(["ID:", "\(experiment.id)"])
    addFacts(to: &table, hasFiles: false)
    addEnvironment(to: &table)
    addSpace(to: &table)
    table.add([style.heading("Metrics"), ""])
    for metric in checkpoint.metrics {
      var text = visible(ValueText.full(metric.value))
      if let primary = checkpoint.primaryMetric, primary.name == metric.name {
        text += " (primary, \(primary.goal.rawValue))"
      }
      table.add([StyledText("\(visible(metric.name)):"), StyledText(text)])
    }
    if checkpoint.metrics.isEmpty { addNone(to: &table) }
    let title = style.title("Checkpoint: \(checkpoint.id)").rendered
    return "\(title)\n\n\(table.rendered())\n"
  }

  private func addFacts(to table: inout ElasticTable, hasFiles: Bool = true) {
    table.add(["Created:", StyledText(experiment.created.rfc1123(in: session.localTime))])
    table.add(["Status:", StyledText(status)])
    table.add(["Host:", StyledText(visible(experiment.host))])
    table.add(["User:", StyledText(visible(experiment.user))])
    table.add(["Command:", StyledText(visible(experiment.command))])
    if let id = experiment.resumedFrom { table.add(["Resumed from:", StyledText(id.text)]) }
    if let git = experiment.git {
      let changes = git.isDirty ? ", with changes" : ""
      let branch = git.branch.isEmpty ? "" : " (\(git.branch)\(changes))"
      table.add(["Git commit:", StyledText(visible(git.commit + branch))])
      if !git.remote.isEmpty { table.add(["Git remote:", StyledText(visible(git.remote))]) }
    }
    if hasFiles { addFiles(to: &table) }
    if let note = details.note { table.add(["Note:", StyledText(visible(note))]) }
    addSpace(to: &table)
    table.add([style.heading("Params"), ""])
    for param in experiment.params {
      table.add([
        StyledText("\(visible(param.name)):"), StyledText(visible(ValueText.full(param.value))),
      ])
    }
    if experiment.params.isEmpty { addNone(to: &table) }
  }

  /// What 0.4.2 stores looks as in 0.4.2: without a line.
  private func addFiles(to table: inout ElasticTable) {
    switch details.files {
    case .pending: table.add(["Files:", "files pending"])
    case .waiting:
      table.add(["Files:", "files wait on this machine: `keepsake push` sends them"])
    case .missing: table.add(["Files:", StyledText("files missing\(elsewhere)")])
    case .none, .stored:
      guard let index = details.fileIndex else { return }
      let count = index.files.count
      table.add([
        "Files:",
        StyledText("\(count) file\(count == 1 ? "" : "s"), \(ByteText.text(index.byteCount))"),
      ])
    }
  }

  private var elsewhere: String {
    guard let host = details.otherHost else { return "" }
    return ": they may wait on \(visible(host)), where `keepsake push` sends them"
  }

  /// Sentences about checkpoints whose files are not stored, each on a line of its own.
  private var checkpointFiles: String {
    let counts = details.checkpointFiles
    let total = counts.values.reduce(0, +)
    let states: [(SnapshotState, String)] = [
      (.pending, "are pending"),
      (.waiting, "wait on this machine: `keepsake push` sends them"),
      (.missing, "are missing\(elsewhere)"),
    ]
    return states.map { state, text in
      counts[state].map { "\nThe files of \($0) of \(total) checkpoints \(text)" } ?? ""
    }.joined() + (states.contains { counts[$0.0] != nil } ? "\n" : "")
  }

  private var status: String {
    let status = experiment.status(at: now).rawValue
    guard let ending = experiment.ending else { return status }
    let code = ending.exitCode.map { ", exit code \($0)" } ?? ""
    return "\(status) (\(ending.time.rfc1123(in: session.localTime))\(code))"
  }

  private func addEnvironment(to table: inout ElasticTable) {
    if !experiment.pythonVersion.isEmpty {
      addSpace(to: &table)
      table.add([style.heading("System"), ""])
      table.add(["Python version:", StyledText(visible(experiment.pythonVersion))])
    }
    addSpace(to: &table)
    table.add([style.heading("Python packages"), ""])
    let packages = Array(experiment.packages)
    var shown = packages
    if !showsAll, packages.count > Self.shownPackages {
      shown = packages.filter { Self.interestingPackages.contains($0.name) }
      if shown.isEmpty { shown = Array(packages.prefix(Self.shownPackages)) }
    }
    for package in shown {
      table.add([
        StyledText("\(visible(package.name)):"),
        StyledText(visible(ValueText.full(package.value))),
      ])
    }
    if packages.isEmpty { addNone(to: &table) }
    let rest = packages.count - shown.count
    if rest > 0 { table.add([style.faint("... and \(rest) more. Use --all to view.")]) }
  }

  private func addNone(to table: inout ElasticTable) { table.add([style.faint("(none)"), ""]) }

  private func addSpace(to table: inout ElasticTable) { table.add(["", ""]) }

  private func visible(_ text: String) -> String { ControlCharacters.replaced(in: text) }
}

extension ShowText {
  private static let valueLimit = 10

  private var checkpointTable: String {
    let checkpoints = experiment.checkpoints
    let columns = checkpoints.columns.sorted { $0.name.utf8Precedes($1.name) }
    let bestRow = checkpoints.bestRow
    let primary = bestRow.flatMap {
      checkpoints.primaryMetric(at: $0) ?? checkpoints.primaryMetric
    }
    var grid = Grid(
      header: ["ID", "STEP", "CREATED"] + columns.map { visible($0.name.uppercased()) })
    grid.flexibleColumns = Set(grid.header.indices.dropFirst(3))
    grid.hasSpacedRows = false
    grid.rows = checkpoints.ids.indices.map { row in
      let facts = [
        checkpoints.ids[row].short, "\(checkpoints.steps[row])",
        checkpoints.created[row].relative(to: now),
      ]
      let values = columns.map { column -> String in
        guard let value = column.value(at: row) else { return "" }
        let text = visible(ValueText.short(value, limit: Self.valueLimit))
        return row == bestRow && column.name == primary?.name ? "\(text) (best)" : text
      }
      return (facts + values).map { [$0] }
    }
    return grid.rendered(columns: session.output.isTerminal ? session.output.columns : nil)
  }
}
