internal import KeepsakeModel

/// The page of one experiment.
struct ExperimentPage: Sendable {
  let surroundings: Surroundings
  let summary: ExperimentSummary

  /// The experiment that this one was resumed from, where the site has it.
  let parent: ExperimentLink?

  /// The experiments with pages that began next before and after this one.
  let neighbours: Neighbours

  /// The experiments that this one is compared with.
  let opponents: [Opponent]

  /// The compiled note.
  let notes: ByteBuffer

  /// What was saved.
  let files: SavedFiles

  /// The experiments beside one in the order of time.
  struct Neighbours: Sendable {
    var older: ExperimentLink?
    var newer: ExperimentLink?
  }

  private var experiment: Experiment { summary.experiment }
  private var checkpoints: CheckpointTable { summary.experiment.checkpoints }

  /// The page's content.
  ///
  /// - Parameter contents: where the contents of files that differ come from; `nil` to name those
  ///   only.
  func page(contents snapshots: (any SnapshotSource)?) async -> Page {
    let changes = await ChangeReport(
      summary, files: files, opponents: opponents, contents: snapshots
    ).markup
    let hasCharts = checkpoints.columns.contains(where: \.hasNumbers) || notes.hasCharts
    var page = surroundings.frame.page(
      .experiment, root: "../", heading: summary.shortID, scripts: hasCharts ? [.readouts] : [])
    page.set("id", text: experiment.id.description)
    page.set("shortID", text: summary.shortID)
    var status = ByteBuffer()
    status.append(status: summary.status)
    page.set("statusHTML", markup: status)
    page.set("factsHTML", markup: facts)
    page.set("hasNeighbours", neighbours.newer != nil || neighbours.older != nil)
    page.set("hasNewer", neighbours.newer != nil)
    page.set("newer", text: neighbours.newer?.stem ?? "")
    page.set("newerID", text: neighbours.newer?.shortID ?? "")
    page.set("hasOlder", neighbours.older != nil)
    page.set("older", text: neighbours.older?.stem ?? "")
    page.set("olderID", text: neighbours.older?.shortID ?? "")
    if let best {
      page.set("hasBest")
      page.set("bestHTML", markup: best)
    }
    setCharts(of: &page)
    setParams(of: &page)
    if notes.count > 0 {
      page.set("hasNotes")
      page.set("notesHTML", markup: notes)
    }
    if !checkpoints.isEmpty {
      page.set("hasCheckpoints")
      let table = CheckpointList(summary)
      page.set("checkpointsHTML", markup: table.markup)
      page.set("checkpointsCaption", markup: table.caption)
    }
    let saved = FilesSection(summary, files).markup
    page.set("hasFiles", saved.count > 0)
    page.set("filesHTML", markup: saved)
    page.set("hasChanges", changes.count > 0)
    page.set("changesHTML", markup: changes)
    setEnvironment(of: &page)
    page.set("hasCheckout", experiment.hasSnapshot || hasCheckpointFiles)
    let id = checkoutID
    page.set("checkout", text: "keepsake checkout \(id) -o \(id)")
    page.set("checkoutHint", markup: checkoutHint)
    page.set("csv", text: ExperimentData.path(summary, "csv"))
    page.set("data", text: ExperimentData.path(summary, "js"))
    return page
  }

  private var facts: ByteBuffer {
    var buffer = ByteBuffer()
    if experiment.created.isKnown {
      buffer.append("started ")
      buffer.append(time: experiment.created)
    } else {
      buffer.append("started at an unknown time")
    }
    if let duration = summary.duration {
      buffer.append(summary.status.isRunning ? " · running for " : " · took ")
      buffer.append(duration: duration)
    }
    if let code = experiment.ending?.exitCode, code != 0 {
      buffer.append(" · exit code ")
      buffer.append(code)
    }
    if !experiment.user.isEmpty || !experiment.host.isEmpty {
      buffer.append(" · by ")
      buffer.append(text: experiment.user.isEmpty ? "unknown" : experiment.user)
      if !experiment.host.isEmpty {
        buffer.append(" on ")
        buffer.append(text: experiment.host)
      }
    }
    if let parent = experiment.resumedFrom { append(parent: parent, to: &buffer) }
    return buffer
  }

  private func append(parent: Identifier, to buffer: inout ByteBuffer) {
    buffer.append(" · resumed from ")
    if let link = self.parent {
      buffer.append(link: link, root: "../")
    } else {
      buffer.append("<code>")
      buffer.append(markup: CheckpointID(parent).short)
      buffer.append("</code>")
    }
  }

  private var best: ByteBuffer? {
    guard let metric = summary.primaryMetric, let row = summary.bestRow,
      let column = checkpoints.column(metric.name)
    else { return nil }
    var buffer = ByteBuffer()
    buffer.append("Best checkpoint <code>")
    buffer.append(markup: checkpoints.ids[row].short)
    buffer.append("</code>: ")
    buffer.append(name: metric.name)
    buffer.append(" <strong>")
    buffer.append(metric: column.number(at: row))
    buffer.append("</strong> at step ")
    buffer.append(integer: checkpoints.steps[row])
    if let latest = checkpoints.latestRow, latest != row {
      buffer.append("; the latest has ")
      if let value = column.value(at: latest) {
        buffer.append(metric: value)
      } else {
        buffer.append("none")
      }
      buffer.append(" at step ")
      buffer.append(integer: checkpoints.steps[latest])
    }
    buffer.append(".")
    appendStanding(to: &buffer)
    return buffer
  }

  /// Appends how the experiment stands against the best one.
  private func appendStanding(to buffer: inout ByteBuffer) {
    guard surroundings.hasOthers, let best = surroundings.best,
      let metric = surroundings.metric, let score = summary.score
    else { return }
    let bestScore = best.score
    if best.id == experiment.id {
      return buffer.append(" <span class=\"tag\">best of all</span>")
    }
    let difference = (score - bestScore).magnitude
    guard difference.isFinite else { return }
    buffer.append(" The best of all, ")
    buffer.append(link: best.link, root: "../")
    if difference == 0 { return buffer.append(", has the same.") }
    buffer.append(", has ")
    buffer.append(metric: bestScore)
    buffer.append(" (")
    buffer.append(
      metric: Highlights.plain(difference, near: max(score.magnitude, bestScore.magnitude)))
    buffer.append(metric.goal == .minimize ? " lower)." : " higher).")
  }

  private func setCharts(of page: inout Page) {
    let charts = MetricCharts(summary, options: surroundings.options)
    let markup = charts.markup
    page.set("hasCharts", markup.count > 0)
    page.set("hasSmoothing", charts.isSmoothed)
    page.set("chartsHTML", markup: markup)
  }

  private func setParams(of page: inout Page) {
    guard !experiment.params.isEmpty else { return }
    let varying = surroundings.varyingParams
    var buffer = ByteBuffer()
    ParamGrid.append(experiment.params, to: &buffer) { varying.contains($0) }
    page.set("hasParams")
    page.set("paramsHTML", markup: buffer)
  }

  private func setEnvironment(of page: inout Page) {
    var buffer = ByteBuffer()
    func line(_ name: StaticString, _ text: String, isCode: Bool = false) {
      guard !text.isEmpty else { return }
      buffer.append("<div><dt>")
      buffer.append(name)
      buffer.append(isCode ? "</dt><dd><code>" : "</dt><dd>")
      buffer.append(text: text)
      buffer.append(isCode ? "</code></dd></div>\n" : "</dd></div>\n")
    }
    buffer.append("<dl class=\"lines\">\n")
    line("command", experiment.command, isCode: true)
    line("saved path", experiment.path, isCode: true)
    if let git = experiment.git {
      line("commit", git.commit + (git.isDirty ? " with uncommitted changes" : ""))
      line("branch", git.branch)
      line("remote", git.remote)
    }
    line("user", experiment.user)
    line("host", experiment.host)
    line("Python", experiment.pythonVersion)
    line("Keepsake", experiment.keepsakeVersion)
    buffer.append("</dl>\n")
    page.set("environmentHTML", markup: buffer)
    guard !experiment.packages.isEmpty else { return }
    var packages = ByteBuffer()
    ParamGrid.append(experiment.packages, to: &packages)
    page.set("hasPackages")
    page.set("packagesHTML", markup: packages)
    var count = ByteBuffer()
    count.append(experiment.packages.count, noun: "package", plural: "packages")
    page.set("packageCount", markup: count)
  }

  /// Whether files were saved with the checkpoint that stands for the experiment.
  private var hasCheckpointFiles: Bool {
    summary.representativeRow.map(checkpoints.hasFiles) ?? false
  }

  /// What to check out for the files that the page is about: the experiment, or its checkpoint where
  /// the experiment stands for another.
  private var checkoutID: String {
    guard let row = summary.representativeRow, row != summary.checkoutRow else {
      return summary.shortID
    }
    return checkpoints.ids[row].short
  }

  private var checkoutHint: ByteBuffer {
    var buffer = ByteBuffer()
    guard hasCheckpointFiles else {
      buffer.append(
        experiment.hasSnapshot
          ? "Brings back the files saved at the start."
          : "No files were saved with this experiment, so there is nothing to bring back.")
      return buffer
    }
    buffer.append("Brings back the files ")
    if experiment.hasSnapshot { buffer.append("saved at the start and those ") }
    buffer.append("of the ")
    buffer.append(summary.bestRow == nil ? "latest" : "best")
    buffer.append(" checkpoint")
    if let metric = summary.primaryMetric, summary.representativeRow != summary.checkoutRow {
      buffer.append(" by ")
      buffer.append(name: metric.name)
      buffer.append("; the experiment’s id stands for its ")
      if checkpoints.bestRow != nil, let own = checkpoints.primaryMetric {
        buffer.append("best by ")
        buffer.append(name: own.name)
        if own.name == metric.name {
          buffer.append(own.goal == .minimize ? " (lowest)" : " (highest)")
        }
      } else {
        buffer.append("latest")
      }
      buffer.append(".")
    } else {
      buffer.append("; give a checkpoint’s id for another.")
    }
    return buffer
  }
}
