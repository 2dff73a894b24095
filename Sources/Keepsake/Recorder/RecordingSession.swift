internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores
internal import Synchronization

/// The background half of a recorder: keeps the experiment's JSON, its heartbeat and its journal up
/// to date.
actor RecordingSession {
  private let store: any ObjectStore
  private let id: ExperimentID
  private let journal: JournalBox
  private let now: @Sendable () -> Timestamp
  private let onLoss: @Sendable (ExperimentID, Loss) -> Void
  private let heartbeatInterval: Duration?

  /// `nil` while it is being written: of a second one the bytes would be copied.
  private var file: ExperimentFile?

  private var isRemoved = false
  private var losses: [Loss] = []

  private var lastHeartbeat: Timestamp?
  private var lastMerge: Timestamp
  private var merging: Task<Void, Never>?
  private var mergeError: (any Error)?

  /// The JSON is rewritten at most this often. The interval grows with what that costs.
  private let shortestMergeInterval: Duration
  private var mergeInterval: Duration

  /// Rewriting takes at most this part of the time, so that a long experiment is rewritten less
  /// often.
  private static let mergeShare = 20

  init(
    store: any ObjectStore, id: ExperimentID, file: ExperimentFile, journal: JournalBox,
    options: RecorderOptions
  ) {
    self.store = store
    self.id = id
    self.file = file
    self.journal = journal
    heartbeatInterval = options.heartbeatInterval
    now = options.now
    onLoss = options.onLoss
    shortestMergeInterval = options.mergeInterval
    mergeInterval = options.mergeInterval
    lastMerge = options.now()
  }

  /// Does what is due. To be called about once a second.
  func tick() async {
    guard !isRemoved else { return }
    if let segment = journal.writer.withLock({ $0.takeDirtySegment() }) {
      do throws(StoreError) {
        try await segment.synchronize()
      } catch {
        // Tried again in the next round.
        journal.writer.withLock { $0.handleFailedSynchronization(error) }
      }
    }
    await beat()
    // A merge may take long, and signs of life must not wait for it.
    if merging == nil, isDue(mergeInterval, since: lastMerge),
      journal.writer.withLock({ $0.hasUnmergedRecords })
    {
      startMerge()
    }
  }

  /// Whether `interval` has passed; a clock that was set back counts as if it had.
  private func isDue(_ interval: Duration, since time: Timestamp) -> Bool {
    let passed = now().since(time)
    return passed < .zero || passed >= interval
  }

  /// Renews the heartbeat when it is due. One that cannot be written is tried again the next time.
  private func beat() async {
    guard let heartbeatInterval, !isRemoved else { return }
    if let lastHeartbeat, !isDue(heartbeatInterval, since: lastHeartbeat) { return }
    let moment = now()
    if await Self.writeHeartbeat(of: id, at: moment, to: store) == nil { lastHeartbeat = moment }
  }

  static func writeHeartbeat(
    of id: ExperimentID, at moment: Timestamp, to store: any ObjectStore,
    if condition: PutCondition = .always
  ) async -> StoreError? {
    let text = """
      {
       "experiment_id": "\(id)",
       "last_heartbeat": "\(moment.rfc3339)"
      }
      """
    do throws(StoreError) {
      try await store.put(
        Array(text.utf8), at: RepositoryLayout.heartbeat(id), if: condition,
        durability: .processExit)
      return nil
    } catch {
      return error
    }
  }

  /// Brings the JSON up to date and removes the journal's segments that it makes superfluous.
  ///
  /// One at a time: a second call waits for the first, then does its own.
  private func merge() async {
    while let merging { await merging.value }
    await startMerge().value
  }

  @discardableResult
  private func startMerge() -> Task<Void, Never> {
    let task = RecorderExecutor.start { await self.mergeAlone() }
    merging = task
    return task
  }

  private func mergeAlone() async {
    defer { merging = nil }
    let cut = journal.writer.withLock { $0.cut() }
    let start = ContinuousClock.now
    var writing = file
    file = nil
    defer { file = writing }
    do {
      try await writing?.merge(cut.records)
      mergeError = nil
      // A segment that stays is read again and adds nothing.
      for segment in cut.segments { try? await store.remove(segment) }
    } catch is ExperimentFile.Removed {
      await stopRecordingRemoved(cut.segments)
    } catch {
      // The journal still has what it had: nothing is lost yet.
      journal.writer.withLock { $0.restore(cut) }
      mergeError = error
    }
    lastMerge = now()
    mergeInterval = max(shortestMergeInterval, start.duration(to: .now) * Self.mergeShare)
  }

  private func lose(_ loss: Loss) {
    losses.append(loss)
    onLoss(id, loss)
  }

  private func stopRecordingRemoved(_ segments: [String]) async {
    isRemoved = true
    let loss = Loss(
      what: "experiment \(id.short) is not recorded any more",
      why: "it was removed from the repository while it ran",
      fix: "Start the program again if you need it.")
    lose(loss)
    journal.close(loss)
    await removeTraces(segments)
  }

  /// Removes what no other program would: the heartbeat and this recorder's segments.
  private func removeTraces(_ segments: [String] = []) async {
    let open = journal.writer.withLock { $0.cut().segments }
    for key in segments + open + [RepositoryLayout.heartbeat(id)] { try? await store.remove(key) }
  }

  /// Writes everything that is outstanding.
  ///
  /// - Returns: what was lost since the last call.
  func flush() async -> [Loss] {
    if !isRemoved, journal.writer.withLock({ $0.hasUnmergedRecords }) {
      await merge()
      if mergeError != nil { losses += journal.writer.withLock { $0.takeFailures() } }
    }
    defer { losses = [] }
    return losses
  }

  /// Ends the recording: nothing may be recorded afterwards.
  func end() async -> [Loss] {
    var losses = await flush()
    if isRemoved {
      await removeTraces()
      return losses
    }
    if let mergeError {
      losses.append(
        Loss(
          what: "the file of experiment \(id.short) is not up to date",
          why: (mergeError as? StoreError)?.why ?? "\(mergeError)",
          fix: "What is missing is in its journal, here: mend the cause, then run `keepsake ls`.")
      )
    }
    try? await store.remove(RepositoryLayout.heartbeat(id))
    // A long experiment is read again only where another process left something.
    if (try? await store.objects(below: RepositoryLayout.journal(id)))?.isEmpty != true {
      _ = try? await Repository(store: store).foldJournals(of: id, removing: .removals)
    }
    return losses
  }
}

extension Timestamp {
  /// The moment `duration` later.
  func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return Timestamp(
      nanoseconds: nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
