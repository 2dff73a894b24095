internal import Keepsake
internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository
internal import KeepsakeWire
internal import Synchronization

extension WireServer {
  @concurrent
  nonisolated func checkout(
    _ request: Request.Checkout, _ place: Request.Place
  ) async throws -> Answer {
    let messages = MessageList()
    let session = session(at: place, messages)
    let opened = try await open(place, in: session)
    let item = try Selection(
      request.prefix, among: try await opened.repository.listing().experiments)
    await storeFiles(of: item.experiment.id)
    let folder =
      try request.output
      ?? Checkout.defaultFolder(
        of: opened, projectDirectory: place.project, hasRepository: place.repository != nil)
    let checkout = Checkout(
      repository: opened.repository, session: session, item: item, folder: folder,
      path: request.path.flatMap { $0.isEmpty ? nil : $0 })
    messages.add("Checking out files from \(checkout.title)")
    try await checkout.check()
    if !request.overwrites, checkout.warnsOfOverwriting() {
      throw WireError(
        .wouldOverwrite, what: "nothing was checked out",
        why: messages.all.dropFirst().joined(separator: " "),
        fix: "Choose an empty folder, or ask to write over what is there.")
    }
    let result = try await checkout.write()
    return { writer in
      writer.identifier("experiment", item.experiment.id.bits)
      writer.identifier("checkpoint", item.checkpoint?.id.bits)
      writer.text("command", item.experiment.command)
      writer.count("file_count", result.fileCount)
      writer.texts("refused", result.refused)
      writer.texts("messages", messages.all)
    }
  }

  @concurrent
  nonisolated func open(
    _ path: String, in prefix: String, _ place: Request.Place
  ) async throws -> Answer {
    let session = session(at: place)
    let opened = try await open(place, in: session)
    let experiments = try await opened.repository.listing().experiments
    let match = try experiments.match(prefix)
    let experiment = experiments[match.experiment]
    await storeFiles(of: experiment.id)
    let file = SnapshotFileCopy(
      repository: opened.repository, experiment: experiment,
      checkpoint: match.row.map { experiment.checkpoints[$0] }, path: path)
    let copy = try await file.write(below: temporaryFiles.newFolder())
    return { writer in writer.text("file", copy) }
  }

  @concurrent
  nonisolated func delete(_ prefixes: [String], _ place: Request.Place) async throws -> Answer {
    let session = session(at: place)
    let removal = try await Removal(prefixes, in: open(place, in: session).repository)
    try await removal.perform(at: session.now())
    return { writer in
      writer.texts("experiments", removal.experimentIDs.map(\.description))
      writer.texts("checkpoints", removal.checkpointIDs.map(\.description))
    }
  }

  @concurrent
  nonisolated func report(
    _ choices: [String: [String]], _ place: Request.Place
  ) async throws -> Answer {
    let messages = MessageList()
    let opened = try await open(place, in: session(at: place, messages))
    let builder = try ReportBuilder(ReportChoices(checking: choices), of: opened)
    let summary = try await builder.write(isLast: false)
    let warnings = messages.all + summary.warnings.map { "\($0.place): \($0.reason)" }
    return { writer in
      writer.text("index", builder.firstPage)
      writer.count("experiment_count", summary.experimentCount)
      writer.count("file_count", summary.fileCount)
      writer.count("byte_count", summary.byteCount)
      writer.texts("warnings", warnings)
      writer.withheld(summary.withheld)
    }
  }

  /// Waits until the files of an experiment that is being recorded here are stored.
  private func storeFiles(of id: ExperimentID) async {
    guard case .open(let recorder)? = recording(id) else { return }
    await OwnThread.run { _ = recorder.wait() }
  }

  private nonisolated func session(
    at place: Request.Place, _ messages: MessageList
  ) -> Session {
    var session = session(at: place)
    session.takeMessage = { messages.add($0) }
    return session
  }
}

/// Messages to people that go into an answer.
private final class MessageList: Sendable {
  private let list = Mutex<[String]>([])

  func add(_ message: String) { list.withLock { $0.append(message) } }

  var all: [String] { list.withLock { $0 } }
}
