internal import ArgumentParser
internal import KeepsakeModel
internal import KeepsakeRepository

/// `keepsake diff`
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare experiments or checkpoints",
    discussion: """
      An experiment stands for its best checkpoint by its primary metric, or for its latest one \
      if it has no primary metric. With more than two IDs, all are shown side by side.
      """)

  @Argument(
    help: ArgumentHelp("Experiment or checkpoint IDs, or their beginnings", valueName: "id"))
  var ids: [String]

  @Flag(help: "Print output in JSON format")
  var json = false

  @Flag(help: "Show how the text files of the first differ from those of each other")
  var files = false

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    if ids.count < 2 { throw ValidationError("requires at least 2 IDs, received \(ids.count)") }
    if json, files { throw ValidationError("--files cannot be combined with --json") }
  }

  func run() async throws {
    let session = Session.current
    let opened = try project.open(in: session)
    let experiments = try await opened.listing().experiments
    let items = try ids.map { id in
      let item = try Selection(id, among: experiments)
      announce(item, id: id, in: session)
      if !files, item.checkpoint == nil { throw Self.missingCheckpoint(of: item.experiment) }
      return item
    }
    if files {
      let difference = FileDifference(
        repository: opened.repository, session: session, items: items)
      guard try await difference.print() else { throw ExitCode(ExitStatus.partial) }
      return
    }
    let comparison = Comparison(items)
    if json {
      session.writeJSON(comparison.json)
    } else {
      session.output.write(comparison.text(in: session))
    }
  }

  private static func missingCheckpoint(of experiment: Experiment) -> CommandError {
    CommandError(
      what:
        "Could not pick best checkpoint for experiment \"\(experiment.id.short)\": it does not have any checkpoints.",
      fix: "Use `keepsake show` for its params, or --files for its files.")
  }

  private func announce(_ item: Selection, id: String, in session: Session) {
    switch item.choice {
    case .given: break
    case .best:
      session.console.info("\"\(id)\" matches an experiment, picking the best checkpoint")
    case .latest:
      session.console.info("\"\(id)\" is an experiment, picking the latest checkpoint")
    }
  }
}
