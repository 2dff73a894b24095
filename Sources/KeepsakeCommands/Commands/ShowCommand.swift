internal import ArgumentParser
internal import KeepsakeModel
internal import KeepsakeRepository

/// `keepsake show`
struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "View information about an experiment or checkpoint",
    discussion: """
      "files pending" says that the files of a running experiment are not stored yet, "files wait \
      on this machine" that its end left them here for `keepsake push`, "files missing" that they \
      never came: from a bucket, they may wait on the machine where they were saved.
      """)

  @Argument(help: ArgumentHelp("Experiment or checkpoint ID, or its beginning", valueName: "id"))
  var id: String

  @Flag(help: "Show all information")
  var all = false

  @Flag(help: "Print output in JSON format")
  var json = false

  @OptionGroup var project: ProjectOptions

  func run() async throws {
    let session = Session.current
    let opened = try project.open(in: session)
    let experiments = try await opened.listing().experiments
    let match = try experiments.match(id)
    let experiment = experiments[match.experiment]
    let checkpoint = match.row.map { experiment.checkpoints[$0] }
    let now = session.queryContext.now
    if json {
      session.writeJSON(
        checkpoint.map { ExperimentJSON.stored($0, of: experiment) }
          ?? ExperimentJSON.stored(experiment, now: now))
      return
    }
    let text = ShowText(
      experiment: experiment, session: session, now: now, showsAll: all,
      details: try await details(opened, experiment, checkpoint, now))
    session.output.write(checkpoint.map { text.text(of: $0) } ?? text.experimentText)
  }

  private func details(
    _ opened: OpenProject, _ experiment: Experiment, _ checkpoint: Checkpoint?, _ now: Timestamp
  ) async throws -> ShowDetails {
    let repository = opened.repository
    let isRunning = experiment.status(at: now).isRunning
    let snapshot = checkpoint.map { SnapshotID.checkpoint($0.id) } ?? .experiment(experiment.id)
    var details = ShowDetails()
    details.files = try await repository.state(
      of: snapshot, path: checkpoint?.path ?? experiment.path,
      isRunning: isRunning)
    if checkpoint == nil {
      details.checkpointFiles = try await repository.checkpointStates(
        of: experiment, isRunning: isRunning)
    }
    details.otherHost = opened.otherHost(of: experiment)
    if details.files == .stored {
      details.fileIndex = try await repository.fileIndex(of: snapshot)
    }
    let note = try await repository.note(of: experiment.id)
    details.note = note?.split(separator: "\n").first.map(String.init)
    return details
  }
}
