internal import Keepsake
internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeWire

extension WireServer {
  func start(_ start: Request.Start, _ place: Request.Place) async throws -> Outcome {
    var options = RecorderOptions()
    options.workingDirectory = place.workingDirectory ?? session.workingDirectory
    options.openers = session.recorderOpeners ?? session.openers
    if !start.hasHeartbeat { options.heartbeatInterval = nil }
    options.takesOver = start.takesOver
    options.environment = .other(
      command: start.command, pythonVersion: start.pythonVersion, packages: start.packages)
    options.transfers = session.transfers
    options.onProgress = { [output] done, total in
      output.send(.event(.progress(done: done, total: total)))
    }
    options.onLoss = { [weak self] id, loss in
      Task { await self?.tell(loss, of: id) }
    }
    if let prefix = start.resume,
      let id = openIDs.first(where: { $0.description.hasPrefix(prefix) })
    {
      throw WireError(
        .alreadyRecording, what: "cannot go on with experiment \(id.short)",
        why: "this program is recording it", fix: "Stop it first.")
    }
    let chosen = options
    let recorder = try await OwnThread.run {
      if let prefix = start.resume {
        return try Recorder(
          resuming: prefix, projectDirectory: place.project, repository: place.repository,
          options: chosen)
      }
      return try Recorder(
        path: start.path, params: start.params, projectDirectory: place.project,
        repository: place.repository, resumedFrom: start.resumedFrom, options: chosen)
    }
    var missing: [SnapshotID] = []
    var warnings = recorder.warnings
    do {
      if start.takesOver { missing = try await missingFiles(of: recorder.experiment, place) }
    } catch {
      // The recording has begun, and goes on.
      warnings.append("cannot tell which files are stored: \(error)")
    }
    let now = session.now()
    return Outcome(started: recorder) { [missing, warnings] writer in
      writer.experiment(recorder.experiment, now: now)
      writer.texts("missing_files", missing.map(\.description))
      writer.count("next_step", recorder.firstStep)
      writer.texts("warnings", warnings)
    }
  }

  /// The snapshots of an experiment that its dead recorder did not store.
  @concurrent
  private nonisolated func missingFiles(
    of experiment: Experiment, _ place: Request.Place
  ) async throws -> [SnapshotID] {
    let repository = try await open(place, in: session(at: place)).repository
    var snapshots: [(id: SnapshotID, path: String)] = [
      (.experiment(experiment.id), experiment.path)
    ]
    let checkpoints = experiment.checkpoints
    snapshots += checkpoints.indices.map {
      (.checkpoint(checkpoints.ids[$0]), checkpoints.path(at: $0))
    }
    var missing: [SnapshotID] = []
    for (id, path) in snapshots {
      let state = try await repository.state(of: id, path: path, isRunning: false)
      if state == .missing { missing.append(id) }
    }
    return missing
  }

  func record(_ checkpoint: Checkpoint, of id: ExperimentID) async throws -> Outcome {
    guard case .open(let recorder)? = recording(id) else { throw Self.notRecording(id) }
    let receipt = await OwnThread.run { recorder.record(checkpoint) }
    for loss in receipt.losses { tell(loss, of: id) }
    return Outcome { writer in
      writer.losses(receipt.losses.map { WireLoss($0) })
      writer.texts("warnings", receipt.warnings)
    }
  }

  func wait(_ id: ExperimentID) async -> Outcome {
    let losses: [Loss]
    switch recording(id) {
    case .open(let recorder)?: losses = await OwnThread.run { recorder.wait() }
    case .stopped(let known)?: losses = known
    case nil: losses = []
    }
    return Outcome { $0.losses(losses.map { WireLoss($0) }) }
  }

  func stop(
    _ id: ExperimentID, _ outcome: Ending.Outcome, _ exitCode: Int?
  ) async -> Outcome {
    guard case .open(let recorder)? = recording(id) else { return await wait(id) }
    let losses = await OwnThread.run { recorder.finish(outcome, exitCode: exitCode) }.losses
    return Outcome(stopped: (id, losses)) { $0.losses(losses.map { WireLoss($0) }) }
  }

  private static func notRecording(_ id: ExperimentID) -> WireError {
    WireError(
      .notRecording, what: "nothing is recorded for experiment \(id.short)",
      why: "it was stopped before", fix: "Resume the experiment to go on with it.")
  }
}

extension WireLoss {
  init(_ loss: Loss) {
    self.init(checkpoint: loss.checkpoint, what: loss.what, why: loss.why, fix: loss.fix)
  }
}
