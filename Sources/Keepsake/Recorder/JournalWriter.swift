internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

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

  /// Whether something was written since the segment was last synchronized.
  private var isDirty = false

  init(store: any ObjectStore, experiment: ExperimentID) {
    self.store = store
    self.experiment = experiment
    var generator = SystemRandomNumberGenerator()
    writer = String(Identifier(using: &generator).text.prefix(16))
  }

  /// Adds a record: it survives the end of this process once the call returned.
  ///
  /// A record that cannot be written is kept in memory, and goes into the JSON.
  mutating func append(_ record: JournalRecord) throws(StoreError) {
    unmerged.append(record)
    let open: any ObjectAppender
    if let segment { open = segment } else { open = try nextSegment() }
    isDirty = true
    try open.append(record.line)
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

  /// The records that the JSON lacks, and the segments that are no longer needed once it has them.
  mutating func cut() -> (records: [JournalRecord], segments: [String]) {
    defer {
      segment = nil
      segments = []
      unmerged = []
      isDirty = false
    }
    return (unmerged, segments)
  }

  /// Takes back what ``cut()`` gave, because the JSON could not be written.
  mutating func restore(_ cut: (records: [JournalRecord], segments: [String])) {
    unmerged = cut.records + unmerged
    segments = cut.segments + segments
  }

  /// The segment that has to be synchronized, if any.
  mutating func takeDirtySegment() -> (any ObjectAppender)? {
    defer { isDirty = false }
    return isDirty ? segment : nil
  }

  var hasUnmergedRecords: Bool { !unmerged.isEmpty }
}
