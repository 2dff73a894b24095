internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores
internal import Synchronization

/// Writes the records of one recorder, and remembers those that the experiment's JSON lacks.
///
/// Records go to numbered segments. Before the JSON is rewritten a new segment begins, so that the
/// segments before it can be removed afterwards.
struct JournalWriter: Sendable {
  private let store: any ObjectStore
  private let experiment: ExperimentID

  /// Tells the segments of recorders apart that write to the same experiment.
  private let writer: String

  private var number = 0
  private var segment: (any ObjectAppender)?
  private var segments: [String] = []
  private var unmerged: [JournalRecord] = []

  /// Why records of ``unmerged`` are in no segment; empty while all are.
  private var failures: [Loss] = []

  /// Whether something was written since the segment was last synchronized.
  private var isDirty = false

  init(store: any ObjectStore, experiment: ExperimentID) {
    self.store = store
    self.experiment = experiment
    var generator = SystemRandomNumberGenerator()
    writer = String(Identifier(using: &generator).text.prefix(16))
  }

  /// Adds records: they survive the end of this process once the call returned.
  ///
  /// Records that cannot be written are kept in memory, and go into the JSON: until then they are
  /// among the cut's failures.
  mutating func append(_ records: [JournalRecord]) throws(StoreError) {
    unmerged += records
    do throws(StoreError) {
      try write(records)
    } catch {
      // What follows must not depend on a segment that failed.
      segment = nil
      var failure = error
      if error.code == .conflict {
        // Another process removed the segment: all that it held is written again.
        do throws(StoreError) {
          return try write(unmerged)
        } catch {
          segment = nil
          failure = error
        }
      }
      failures += records.map { Loss(of: $0, failure) }
      throw failure
    }
  }

  private mutating func write(_ records: [JournalRecord]) throws(StoreError) {
    let open: any ObjectAppender
    if let segment { open = segment } else { open = try nextSegment() }
    isDirty = true
    try open.append(JournalRecord.lines(records))
  }

  private mutating func nextSegment() throws(StoreError) -> any ObjectAppender {
    number += 1
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    let key = "\(RepositoryLayout.journal(experiment))\(writer)-\(padded).jsonl"
    let opened = try store.appender(at: key)
    segment = opened
    segments.append(key)
    return opened
  }

  /// What the JSON lacks.
  struct Cut {
    var records: [JournalRecord]
    /// The segments that are no longer needed once the JSON has the records.
    var segments: [String]
    /// The records that are lost unless the JSON gets them.
    var failures: [Loss]
  }

  /// Begins a new segment and hands out what came before.
  mutating func cut() -> Cut {
    defer {
      segment = nil
      segments = []
      unmerged = []
      failures = []
      isDirty = false
    }
    return Cut(records: unmerged, segments: segments, failures: failures)
  }

  /// Takes back what ``cut()`` gave, because the JSON could not be written.
  mutating func restore(_ cut: Cut) {
    unmerged = cut.records + unmerged
    segments = cut.segments + segments
    failures = cut.failures + failures
  }

  /// The losses that stand at the moment, once the JSON could not be written either.
  mutating func takeFailures() -> [Loss] {
    defer { failures = [] }
    return failures
  }

  /// The segment that has to be synchronized, if any.
  mutating func takeDirtySegment() -> (any ObjectAppender)? {
    defer { isDirty = false }
    return isDirty ? segment : nil
  }

  /// Takes back a segment that could not be synchronized.
  ///
  /// Nothing is lost by that: its records are also in memory and go into the JSON.
  mutating func handleFailedSynchronization(_ error: StoreError) {
    isDirty = true
    guard error.code == .conflict else { return }
    // Another process removed the segment: all that it held is written again.
    segment = nil
    try? write(unmerged)
  }

  var hasUnmergedRecords: Bool { !unmerged.isEmpty }
}

extension Loss {
  fileprivate init(of record: JournalRecord, _ error: StoreError) {
    var checkpoint: CheckpointID?
    if case .checkpoint(let recorded) = record { checkpoint = recorded.id }
    self.init(checkpoint: checkpoint, what: error.what, why: error.why, fix: error.fix)
  }
}

/// A journal that the recorder's callers and its background half share.
final class JournalBox: Sendable {
  let writer: Mutex<JournalWriter>
  private let closure = Mutex<Loss?>(nil)

  init(_ writer: JournalWriter) { self.writer = Mutex(writer) }

  /// Adds records, all with one write.
  ///
  /// - Returns: why they could not be written, if so; it names the first of them.
  func append(_ records: JournalRecord...) -> Loss? { append(records) }

  /// Adds records, all with one write.
  ///
  /// - Returns: why they could not be written, if so; it names the first of them.
  func append(_ records: [JournalRecord]) -> Loss? {
    if let closed { return closed }
    guard let first = records.first else { return nil }
    return writer.withLock { writer in
      do throws(StoreError) {
        try writer.append(records)
        return nil
      } catch {
        return Loss(of: first, error)
      }
    }
  }

  /// Why nothing can be recorded any more, if so.
  var closed: Loss? { closure.withLock { $0 } }

  /// From now on nothing is recorded.
  func close(_ reason: Loss) { closure.withLock { $0 = $0 ?? reason } }
}
