package import KeepsakeModel

/// Decides what is done when, without doing it: bytes and ends of jobs go in, actions come out.
///
/// Requests about one experiment are carried out one after the other; all others at once.
package struct WireSession: Sendable {
  /// Something to be done, in the order in which actions come out.
  package enum Action: Sendable, Equatable {
    /// Write a line to the program.
    case send(WireLine)
    /// Record checkpoints without files, all with one write, before anything else is done.
    case record(ExperimentID, [Checkpoint])
    /// Begin what takes a while; its end is to be told by ``WireSession/finished(_:started:)``.
    case carryOut(Job)
    /// All is done.
    case exit
  }

  /// A request that is being carried out.
  package struct Job: Sendable, Equatable {
    /// Tells jobs apart.
    package let number: Int

    /// What is asked for.
    package let request: Request
  }

  /// What is known of an experiment that was started here.
  private struct Track: Sendable {
    /// Whether a job holds up those behind it.
    var isBusy = false
    var waiting: [Request] = []
    var isStopped = false
  }

  /// Something that the program was told of.
  private struct Trouble: Hashable {
    var experiment: ExperimentID
    var why: String
  }

  private var splitter: LineSplitter
  private var hasGreeted = false
  private var isAtEnd = false
  private var tracks: [ExperimentID: Track] = [:]
  private var jobs: [Int: Request] = [:]
  private var nextJob = 0
  private var knownTroubles: Set<Trouble> = []

  /// What comes out next.
  private var actions: [Action] = []

  /// Checkpoints of one experiment that go into one action.
  private var batch: (experiment: ExperimentID, checkpoints: [Checkpoint])?

  /// A session that has heard nothing yet.
  package init(lineLimit: Int = WireProtocol.lineLimit) {
    splitter = LineSplitter(limit: lineLimit)
  }

  /// Takes bytes that the program wrote.
  package mutating func receive(_ bytes: [UInt8]) -> [Action] {
    var splitter = LineSplitter(limit: 0)
    swap(&splitter, &self.splitter)
    splitter.split(bytes) { line in
      if let line { take(line) } else { complain(Self.tooLong) }
    }
    self.splitter = splitter
    return takeActions()
  }

  /// The program writes no more; what it wrote last without a line feed is dropped.
  package mutating func end() -> [Action] {
    isAtEnd = true
    for (experiment, track) in tracks.sorted(by: { $0.key < $1.key }) where !track.isStopped {
      stopKilled(experiment)
    }
    return takeActions()
  }

  /// A job ended.
  ///
  /// - Parameter experiment: what it started, if it did.
  package mutating func finished(_ job: Int, started experiment: ExperimentID? = nil) -> [Action] {
    guard let request = jobs.removeValue(forKey: job) else { return [] }
    if let experiment {
      tracks[experiment] = Track()
      if isAtEnd { stopKilled(experiment) }
    } else if let experiment = request.verb.holdsUp {
      tracks[experiment]?.isBusy = false
      carryOutWaiting(experiment)
    }
    return takeActions()
  }

  /// Something may not have been recorded: the program is told once for each cause.
  package mutating func lost(_ loss: WireLoss, of experiment: ExperimentID) -> [Action] {
    let trouble = Trouble(experiment: experiment, why: loss.why)
    guard knownTroubles.insert(trouble).inserted else { return [] }
    return [.send(.event(.loss(experiment, loss)))]
  }
}

// MARK: - Lines

extension WireSession {
  private static let tooLong = IncomingLine.Failure(
    id: nil,
    error: WireError(
      .invalidRequest, what: "a line was dropped",
      why: "it is longer than \(WireProtocol.lineLimit >> 20) MiB",
      fix: "Save large values as files, and record where they are."))

  private mutating func take(_ line: Span<UInt8>) {
    if line.isEmpty { return }
    do throws(IncomingLine.Failure) {
      switch try IncomingLine.decode(line) {
      case .greeting(let version): hasGreeted = version == WireProtocol.version
      case .request(let request):
        guard hasGreeted else {
          throw IncomingLine.Failure(id: request.id, error: Self.noProtocol)
        }
        take(request)
      }
    } catch {
      complain(error)
    }
  }

  private static let noProtocol = WireError(
    .protocol, what: "the request is not carried out",
    why: "it did not come after a line with \"protocol\": \(WireProtocol.version)",
    fix: "Install the package and the program that belong together.")

  private mutating func complain(_ failure: IncomingLine.Failure) {
    emit(
      .send(
        failure.id.map { .failure($0, failure.error) } ?? .event(.error(failure.error))))
  }

  private mutating func emit(_ action: Action) {
    closeBatch()
    actions.append(action)
  }

  private mutating func closeBatch() {
    guard let batch else { return }
    self.batch = nil
    actions.append(.record(batch.experiment, batch.checkpoints))
  }

  private mutating func takeActions() -> [Action] {
    closeBatch()
    if isAtEnd && jobs.isEmpty { actions.append(.exit) }
    defer { actions = [] }
    return actions
  }
}

// MARK: - Requests

extension WireSession {
  private mutating func take(_ request: Request) {
    guard let experiment = request.verb.experiment else { return begin(request) }
    guard let track = tracks[experiment] else { return refuse(request, experiment) }
    if track.isBusy {
      tracks[experiment]?.waiting.append(request)
    } else {
      carryOut(request, experiment)
    }
  }

  /// Carries out a request of an experiment for which nothing is held up.
  private mutating func carryOut(_ request: Request, _ experiment: ExperimentID) {
    let isStopped = tracks[experiment]?.isStopped ?? true
    switch request.verb {
    case .checkpoint(_, let checkpoint):
      if isStopped { return refuse(request, experiment) }
      if request.id == nil && !checkpoint.hasSnapshot { return add(checkpoint, experiment) }
    case .stop: tracks[experiment]?.isStopped = true
    default: break
    }
    if request.verb.holdsUp != nil { tracks[experiment]?.isBusy = true }
    begin(request)
  }

  private mutating func carryOutWaiting(_ experiment: ExperimentID) {
    guard let waiting = tracks[experiment]?.waiting, !waiting.isEmpty else { return }
    tracks[experiment]?.waiting = []
    for (index, request) in waiting.enumerated() {
      carryOut(request, experiment)
      if tracks[experiment]?.isBusy ?? false {
        tracks[experiment]?.waiting = Array(waiting[(index + 1)...])
        return
      }
    }
  }

  private mutating func add(_ checkpoint: Checkpoint, _ experiment: ExperimentID) {
    if batch?.experiment != experiment {
      closeBatch()
      batch = (experiment, [])
    }
    batch?.checkpoints.append(checkpoint)
  }

  private mutating func begin(_ request: Request) {
    nextJob += 1
    jobs[nextJob] = request
    emit(.carryOut(Job(number: nextJob, request: request)))
  }

  private mutating func stopKilled(_ experiment: ExperimentID) {
    take(Request(id: nil, .stop(experiment, .killed, exitCode: nil)))
  }

  private mutating func refuse(_ request: Request, _ experiment: ExperimentID) {
    let error = WireError(
      .notRecording, what: "nothing is recorded for experiment \(experiment.short)",
      why: tracks[experiment] == nil ? "it was not started here" : "it was stopped before",
      fix: "Record between start and stop; resume the experiment to go on with it.")
    if case .checkpoint(_, let checkpoint) = request.verb, request.id == nil {
      let loss = WireLoss(
        checkpoint: checkpoint.id,
        what: "the checkpoint at step \(checkpoint.step) was not saved", why: error.why,
        fix: error.fix)
      for action in lost(loss, of: experiment) { emit(action) }
    } else {
      complain(IncomingLine.Failure(id: request.id, error: error))
    }
  }
}

extension Request.Verb {
  /// The experiment whose requests are carried out one after the other.
  fileprivate var experiment: ExperimentID? {
    switch self {
    case .checkpoint(let id, _), .wait(let id), .stop(let id, _, _): id
    default: nil
    }
  }

  /// The experiment whose next requests wait until this one was carried out.
  fileprivate var holdsUp: ExperimentID? {
    if case .wait = self { nil } else { experiment }
  }
}
