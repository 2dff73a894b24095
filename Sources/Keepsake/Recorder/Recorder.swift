#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
public import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores
internal import Synchronization

/// Records one experiment.
///
/// ```swift
/// let recorder = try Recorder(path: ".", params: ["learning_rate": 0.1])
/// recorder.checkpoint(path: "weights", metrics: ["loss": loss], primaryMetric: .minimize("loss"))
/// ```
///
/// Only starting throws. From then on training goes on whatever happens to the repository; what
/// could not be saved is in the receipts and in ``finish(_:exitCode:)``'s summary. A program that
/// ends without `finish` still saves everything that it recorded.
public final class Recorder: Sendable {
  /// The experiment that is recorded.
  public let experimentID: ExperimentID

  /// The experiment as it was when the recording began.
  package let experiment: Experiment

  /// The step of a first checkpoint that names none.
  package let firstStep: Int

  /// Remarks about the start that are no losses: a deprecated configuration, a very large `path`.
  public let warnings: [String]

  private let journal: JournalBox
  private let session: RecordingSession
  private let staging: SnapshotStaging
  private let snapshots: SnapshotQueue
  private let options: RecorderOptions
  private let state: Mutex<State>
  private let background: [Task<Void, Never>]

  /// The process that records: a child that it forks does not.
  private let process = getpid()

  private struct State {
    var nextStep: Int
    var losses: [Loss] = []

    /// How many calls of `checkpoint` are under way.
    var activeCalls = 0

    /// Set when the recording ends; delivers its summary.
    var end: Task<RecordingSummary, Never>?
  }

  /// Starts an experiment.
  ///
  /// - Parameters:
  ///   - path: What to save, relative to the project directory: a file, a folder, or `.` for all
  ///     of it. `nil` saves no files.
  ///   - params: What the program was given. Point at large data with a URL and a checksum.
  ///   - projectDirectory: The folder that holds `keepsake.yaml`; `nil` for the nearest one at or
  ///     above the working directory.
  ///   - repository: The repository's URL, instead of the one in `keepsake.yaml`.
  ///   - resumedFrom: The experiment or checkpoint that this run starts from: 64 digits.
  ///   - options: Everything else.
  /// - Throws: where no project is found, its configuration or `path` is wrong, or its repository
  ///   cannot be written.
  public convenience init(
    path: String? = nil, params: NamedValues = [:], projectDirectory: String? = nil,
    repository: String? = nil, resumedFrom: String? = nil,
    options: RecorderOptions = RecorderOptions()
  ) throws {
    let start = try RecorderStart(
      projectDirectory: projectDirectory, repository: repository, options: options)
    try self.init(
      start.begin(path: path ?? "", params: params, resumedFrom: resumedFrom), options)
  }

  /// Goes on with an experiment that was recorded before, after a crash or from another process.
  ///
  /// - Parameter resuming: The experiment's identifier or an unambiguous prefix of it.
  public convenience init(
    resuming prefix: String, projectDirectory: String? = nil, repository: String? = nil,
    options: RecorderOptions = RecorderOptions()
  ) throws {
    let start = try RecorderStart(
      projectDirectory: projectDirectory, repository: repository, options: options)
    try self.init(start.resume(prefix), options)
  }

  private init(_ started: StartedRecording, _ options: RecorderOptions) throws {
    let id = started.experiment.id
    experimentID = id
    experiment = started.experiment
    firstStep = started.nextStep
    warnings = started.warnings
    staging = started.staging
    self.options = options
    let store = started.repository.store
    let journal = JournalBox(JournalWriter(store: store, experiment: id))
    self.journal = journal
    let session = RecordingSession(
      store: store, id: id, file: started.file, journal: journal,
      options: options)
    self.session = session
    snapshots = SnapshotQueue(
      repository: started.repository, journal: journal, onLoss: { options.onLoss(id, $0) })
    state = Mutex(State(nextStep: started.nextStep))
    if started.isResumed { _ = journal.append(.ended(nil)) }
    var background: [Task<Void, Never>] = []
    if options.ticks {
      background.append(
        RecorderExecutor.start {
          while !Task.isCancelled {
            await session.tick()
            try? await Task.sleep(for: options.tickInterval)
          }
        })
    }
    if !started.isResumed {
      let folder = started.projectDirectory
      background.append(
        RecorderExecutor.start {
          guard let state = GitProbe.state(of: folder) else { return }
          _ = journal.append(.git(state))
        })
    }
    self.background = background
    for staged in started.staged { enqueue(staged) }
    OpenRecorders.add(self)
  }

  /// Records a moment of the experiment.
  ///
  /// Returns as soon as the files may be changed again and the metrics survive the end of this
  /// process. Storing the files goes on in the background.
  ///
  /// - Parameters:
  ///   - path: What to save, relative to the project directory. `nil` saves no files.
  ///   - metrics: What was measured.
  ///   - step: The training step; `nil` for the one after the last, at first 0.
  ///   - primaryMetric: The metric that says which checkpoint is best.
  @discardableResult
  public func checkpoint(
    path: String? = nil, metrics: NamedValues = [:], step: Int? = nil,
    primaryMetric: PrimaryMetric? = nil
  ) -> CheckpointReceipt {
    var generator = SystemRandomNumberGenerator()
    let id = CheckpointID(Identifier(using: &generator))
    let recordedStep = state.withLock { state in
      let step = step ?? state.nextStep
      state.nextStep = step.nextStep
      return step
    }
    return record(
      Checkpoint(
        id: id, created: options.now(), step: Int64(recordedStep), path: path ?? "",
        metrics: metrics, primaryMetric: primaryMetric), hasPath: path != nil)
  }

  /// Records a checkpoint that its caller has made.
  package func record(_ checkpoint: Checkpoint) -> CheckpointReceipt {
    record(checkpoint, hasPath: checkpoint.hasSnapshot)
  }

  private func record(_ checkpoint: Checkpoint, hasPath: Bool) -> CheckpointReceipt {
    let step = Int(checkpoint.step)
    let refusal = begin(checkpoint)
    if let refusal {
      return CheckpointReceipt(id: checkpoint.id, step: step, losses: [refusal], warnings: [])
    }
    defer { state.withLock { $0.activeCalls -= 1 } }
    var checkpoint = checkpoint
    let id = checkpoint.id
    var losses: [Loss] = []
    var staged: SnapshotStaging.Staged?
    if hasPath {
      do throws(SnapshotError) {
        staged = try stage(checkpoint)
      } catch {
        // Without its files, a path that has none is not recorded; other files are missing.
        if [.invalidPath, .notFound, .noFiles].contains(error.code) { checkpoint.path = "" }
        losses.append(Loss(checkpoint: id, what: error.what, why: error.why, fix: error.fix))
        state.withLock { $0.losses += losses }
      }
    }
    // Whether a record that is not written now is lost turns out later.
    if let loss = journal.append(.checkpoint(checkpoint)) { losses.append(loss) }
    if let staged { enqueue(staged.files) }
    return CheckpointReceipt(
      id: id, step: step, losses: losses, warnings: staged?.warnings ?? [])
  }

  /// Records checkpoints without files, which their caller has made, all with one write.
  ///
  /// - Returns: why they may be lost, if so; it names the first of them.
  package func record(_ checkpoints: [Checkpoint]) -> Loss? {
    guard let first = checkpoints.first else { return nil }
    if let refusal = begin(first) { return refusal }
    defer { state.withLock { $0.activeCalls -= 1 } }
    return journal.append(checkpoints.map { .checkpoint($0) })
  }

  /// Notes that a call is under way which records `checkpoint`.
  ///
  /// - Returns: why it must not, if so; then no call is under way.
  private func begin(_ checkpoint: Checkpoint) -> Loss? {
    func refusal(_ why: String) -> Loss {
      Loss(
        checkpoint: checkpoint.id,
        what: "the checkpoint at step \(checkpoint.step) was not saved", why: why,
        fix: "Make checkpoints before finish(), in the process that made the recorder.")
    }
    if process != getpid() { return refusal("a forked process does not record") }
    if let loss = journal.closed { return loss }
    let isOpen = state.withLock { state in
      if state.end == nil { state.activeCalls += 1 }
      return state.end == nil
    }
    return isOpen ? nil : refusal("experiment \(experimentID.short) is finished already")
  }

  private func stage(_ checkpoint: Checkpoint) throws(SnapshotError) -> SnapshotStaging.Staged {
    let snapshots = snapshots
    return try staging.stage(
      checkpoint.path, as: .checkpoint(checkpoint.id), of: experimentID
    ) { RecorderExecutor.wait { await snapshots.makeRoom() } }
  }

  private func enqueue(_ staged: StagedSnapshot) {
    let snapshots = snapshots
    RecorderExecutor.wait { await snapshots.enqueue(staged) }
  }

  /// Waits until everything recorded so far is in the repository.
  ///
  /// - Returns: what was lost since the start, oldest first, and what is not in the repository yet.
  @discardableResult
  public func wait() -> [Loss] {
    guard process == getpid() else { return state.withLock { $0.losses } }
    let (snapshots, session) = (snapshots, session)
    let (files, lost) = RecorderExecutor.wait { (await snapshots.drain(), await session.flush()) }
    return state.withLock { state in
      state.losses += files.lost + lost
      return state.losses + files.waiting
    }
  }

  /// Ends the experiment and waits until everything is in the repository.
  ///
  /// A second call changes nothing, waits likewise, and returns the first one's summary.
  ///
  /// - Parameters:
  ///   - outcome: How the run ended.
  ///   - exitCode: The program's exit status, where it is known.
  @discardableResult
  public func finish(
    _ outcome: Ending.Outcome = .finished, exitCode: Int? = nil
  ) -> RecordingSummary {
    guard process == getpid() else {
      return RecordingSummary(experiment: experimentID, losses: state.withLock { $0.losses })
    }
    let ending = Ending(outcome: outcome, time: options.now(), exitCode: exitCode)
    let end = state.withLock { state in
      if let end = state.end { return end }
      let end = RecorderExecutor.start { await self.end(ending) }
      state.end = end
      return end
    }
    return RecorderExecutor.wait { await end.value }
  }

  private func end(_ ending: Ending) async -> RecordingSummary {
    // Calls that began before the end are part of the recording; they never take long.
    while state.withLock({ $0.activeCalls > 0 }) { try? await Task.sleep(for: .milliseconds(1)) }
    let files = await showingProgress { await self.snapshots.drain() }
    for task in background { task.cancel() }
    for task in background { await task.value }
    _ = journal.append(.ended(ending))
    let lost = await session.end()
    await snapshots.leave()
    staging.close()
    OpenRecorders.remove(self)
    let losses = state.withLock { state in
      state.losses += files.lost + lost + files.waiting
      return state.losses
    }
    return RecordingSummary(experiment: experimentID, losses: losses)
  }

  /// Runs `work`; says how far the files are that it sends.
  private func showingProgress<Result: Sendable>(
    _ work: @Sendable () async -> Result
  ) async -> Result {
    guard let onProgress = options.onProgress else { return await work() }
    let transfers = options.transfers
    let ticker = RecorderExecutor.start {
      while (try? await Task.sleep(for: .milliseconds(200))) != nil {
        if let reading = transfers.reading { onProgress(reading.done, reading.total) }
      }
    }
    let result = await work()
    ticker.cancel()
    await ticker.value
    return result
  }
}
