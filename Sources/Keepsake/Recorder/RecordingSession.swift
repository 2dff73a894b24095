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
  private let heartbeatInterval: Duration?
  private var file: ExperimentFile
  private var isRemoved = false
  private var losses: [Loss] = []

  private var lastHeartbeat: Timestamp?
  private var nextMerge: Timestamp

  /// The JSON is rewritten at most this often…
  private static let shortestMergeInterval = Duration.seconds(1)

  /// …and takes at most this part of the time: a long experiment is rewritten less often.
  private static let mergeShare = 20

  init(
    store: any ObjectStore, id: ExperimentID, file: ExperimentFile, journal: JournalBox,
    heartbeatInterval: Duration?, now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.id = id
    self.file = file
    self.journal = journal
    self.heartbeatInterval = heartbeatInterval
    self.now = now
    nextMerge = now().advanced(by: Self.shortestMergeInterval)
  }

  /// Does what is due. To be called about once a second.
  func tick() async {
    guard !isRemoved else { return }
    if let segment = journal.writer.withLock({ $0.takeDirtySegment() }) {
      do throws(StoreError) {
        try await segment.synchronize()
      } catch {
        lose(error)
      }
    }
    await beat()
    if now() >= nextMerge, journal.writer.withLock({ $0.hasUnmergedRecords }) { await merge() }
  }

  /// Renews the heartbeat when it is due. One that cannot be written is tried again the next time.
  func beat() async {
    let moment = now()
    guard let interval = heartbeatInterval, !isRemoved else { return }
    if let last = lastHeartbeat, moment.since(last) < interval { return }
    lastHeartbeat = moment
    _ = await Self.writeHeartbeat(of: id, at: moment, to: store)
  }

  static func writeHeartbeat(
    of id: ExperimentID, at moment: Timestamp, to store: any ObjectStore
  ) async -> StoreError? {
    let text = """
      {
       "experiment_id": "\(id)",
       "last_heartbeat": "\(moment.rfc3339)"
      }
      """
    do throws(StoreError) {
      try await store.put(
        Array(text.utf8), at: RepositoryLayout.heartbeat(id), if: .always, durability: .processExit)
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
    let task = RecorderExecutor.start { await self.mergeAlone() }
    merging = task
    await task.value
  }

  private var merging: Task<Void, Never>?

  private func mergeAlone() async {
    defer { merging = nil }
    let cut = journal.writer.withLock { $0.cut() }
    let start = ContinuousClock.now
    do {
      var next = file
      try await next.merge(cut.records)
      file = next
      let cost = start.duration(to: .now)
      nextMerge = now().advanced(by: max(Self.shortestMergeInterval, cost * Self.mergeShare))
      for segment in cut.segments { try? await store.remove(segment) }
    } catch is ExperimentFile.Removed {
      await stopRecordingRemoved()
    } catch {
      // The journal still has everything: nothing is lost yet.
      journal.writer.withLock { $0.restore(cut) }
      nextMerge = now().advanced(by: Self.shortestMergeInterval)
      mergeError = error
    }
  }

  private var mergeError: (any Error)?

  private func stopRecordingRemoved() async {
    isRemoved = true
    losses.append(
      Loss(
        what: "experiment \(id.short) is not recorded any more",
        why: "it was removed from the repository while it ran",
        fix: "Start the program again if you need it."))
    await removeTraces()
  }

  /// Removes what no other program would: the heartbeat and this recorder's segments.
  private func removeTraces() async {
    let segments = journal.writer.withLock { $0.cut().segments }
    for key in segments + [RepositoryLayout.heartbeat(id)] { try? await store.remove(key) }
  }

  private func lose(_ error: StoreError) {
    losses.append(Loss(what: error.what, why: error.why, fix: error.fix))
  }

  /// Writes everything that is outstanding.
  ///
  /// - Returns: what was lost since the last call.
  func flush() async -> [Loss] {
    if !isRemoved, journal.writer.withLock({ $0.hasUnmergedRecords }) {
      mergeError = nil
      await merge()
      if let error = mergeError, journal.hasFailed.withLock({ $0 }) {
        losses.append(
          Loss(
            what: "the newest records of experiment \(id.short) were not saved", why: "\(error)",
            fix: "Make room in the repository, then record the run again."))
      }
    }
    defer { losses = [] }
    return losses
  }

  /// Ends the recording: nothing may be recorded afterwards.
  func end() async -> [Loss] {
    let losses = await flush()
    if !isRemoved {
      try? await store.remove(RepositoryLayout.heartbeat(id))
      _ = try? await Repository(store: store).foldJournals(of: id, removing: .removals)
    }
    return losses
  }
}

/// A journal that the recorder's callers and its background half share.
final class JournalBox: Sendable {
  let writer: Mutex<JournalWriter>

  /// Whether a record could not be written, so that only memory has it.
  let hasFailed = Mutex(false)

  init(_ writer: JournalWriter) { self.writer = Mutex(writer) }

  /// Adds a record.
  ///
  /// - Returns: why it could not be written, if so.
  func append(_ record: JournalRecord) -> StoreError? {
    writer.withLock { writer in
      do throws(StoreError) {
        try writer.append(record)
        return nil
      } catch {
        hasFailed.withLock { $0 = true }
        return error
      }
    }
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
