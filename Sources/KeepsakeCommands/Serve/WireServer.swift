internal import Keepsake
internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeWire

/// Does what a ``WireSession`` decides.
actor WireServer {
  /// What writes the members of an answer's object.
  typealias Answer = @Sendable (inout JSONWriter) -> Void

  /// An experiment that was started here.
  enum Recording {
    case open(Recorder)
    case stopped([Loss])
  }

  /// What a command gets from its process.
  let session: Session

  let output: LineOutput

  let temporaryFiles = TemporaryFiles()

  private let executor = OwnThreadExecutor(label: "keepsake.serve")
  private var wire = WireSession()
  private var recordings: [ExperimentID: Recording] = [:]
  private var hasEnded = false
  private var end: CheckedContinuation<Void, Never>?

  // Recording blocks, on a disk that hangs for instance.
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  init(session: Session, output: LineOutput) {
    self.session = session
    self.output = output
  }

  /// Serves until the program writes no more and all that it asked for is done.
  func run(_ reader: PipeReader) async {
    defer { temporaryFiles.remove() }
    output.send(.greeting(version: Keepsake.version))
    var isGathering = false
    reading: while true {
      switch await reader.next(isGathering: isGathering) {
      case .bytes(let bytes):
        let actions = wire.receive(bytes)
        perform(actions)
        isGathering = actions.allSatisfy(\.isUnanswered)
      case .hurry: hurry()
      case .end: break reading
      }
    }
    perform(wire.end())
    if hasEnded { return }
    await withCheckedContinuation { end = $0 }
  }

  private func perform(_ actions: [WireSession.Action]) {
    for action in actions {
      switch action {
      case .send(let line): output.send(line)
      case .record(let id, let checkpoints): record(checkpoints, id)
      case .carryOut(let job): Task { await self.carryOut(job) }
      case .exit:
        hasEnded = true
        end?.resume()
        end = nil
      }
    }
  }

  private func record(_ checkpoints: [Checkpoint], _ id: ExperimentID) {
    guard case .open(let recorder)? = recordings[id], let loss = recorder.record(checkpoints)
    else { return }
    tell(loss, of: id)
  }

  /// Tells the program what may be lost.
  func tell(_ loss: Loss, of id: ExperimentID) { perform(wire.lost(WireLoss(loss), of: id)) }

  /// Writes what is outstanding: the process may be killed soon.
  private func hurry() {
    for case .open(let recorder) in recordings.values {
      Task { await OwnThread.run { recorder.wait() } }
    }
  }

  // MARK: - Jobs

  /// What came of a job.
  struct Outcome {
    var started: Recorder?
    var stopped: (id: ExperimentID, losses: [Loss])?
    var answer: Answer
  }

  private func carryOut(_ job: WireSession.Job) async {
    let request = job.request
    do {
      let outcome = try await outcome(of: request.verb, id: request.id)
      finish(job, outcome, await line(answering: request.id, with: outcome.answer))
    } catch {
      let failure = WireError(error, isWriting: request.verb.writes)
      output.send(
        request.id.map { .failure($0, failure) } ?? .event(.error(failure)))
      perform(wire.finished(job.number))
    }
  }

  /// Encodes an answer, which may be long, while the actor goes on recording.
  @concurrent
  private nonisolated func line(
    answering id: Int64?, with answer: Answer
  ) async -> WireLine? { id.map { .answer($0, answer) } }

  private func finish(_ job: WireSession.Job, _ outcome: Outcome, _ answer: WireLine?) {
    if let recorder = outcome.started { recordings[recorder.experimentID] = .open(recorder) }
    if let (id, losses) = outcome.stopped { recordings[id] = .stopped(losses) }
    // The program may write about an experiment as soon as it has the answer.
    let actions = wire.finished(job.number, started: outcome.started?.experimentID)
    if let answer { output.send(answer) }
    perform(actions)
  }

  private func outcome(of verb: Request.Verb, id: Int64?) async throws -> Outcome {
    switch verb {
    case .start(let start, let place): return try await self.start(start, place)
    case .checkpoint(let id, let checkpoint): return try await self.record(checkpoint, of: id)
    case .wait(let id): return await wait(id)
    case .stop(let experiment, let outcome, let exitCode):
      return await stop(experiment, outcome, exitCode)
    case .list(let list, let place):
      return Outcome(answer: try await self.list(list, place, id: id))
    case .get(let prefix, let kind, let place):
      return Outcome(answer: try await get(prefix, kind, place))
    case .isRunning(let prefix, let place):
      return Outcome(answer: try await isRunning(prefix, place))
    case .checkout(let checkout, let place):
      return Outcome(answer: try await self.checkout(checkout, place))
    case .open(let prefix, let path, let place):
      return Outcome(answer: try await open(path, in: prefix, place))
    case .delete(let prefixes, let place):
      return Outcome(answer: try await delete(prefixes, place))
    case .report(let choices, let place):
      return Outcome(answer: try await report(choices, place))
    }
  }

  /// What is known of an experiment that was started here.
  func recording(_ id: ExperimentID) -> Recording? { recordings[id] }

  /// The experiments that are being recorded here.
  var openIDs: [ExperimentID] {
    recordings.compactMap { id, recording in
      if case .open = recording { id } else { nil }
    }
  }
}

extension WireSession.Action {
  /// Whether the program waits for nothing that the action brings.
  fileprivate var isUnanswered: Bool {
    if case .record = self { true } else { false }
  }
}
