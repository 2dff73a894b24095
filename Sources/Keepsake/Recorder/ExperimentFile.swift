internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

/// The JSON of the experiment that a recorder writes.
///
/// Keeps the bytes of its checkpoints, so that rewriting encodes and copies nothing. Another process
/// may change the file meanwhile (`rm` of a checkpoint, a second recorder): its changes are merged,
/// never overwritten.
struct ExperimentFile: Sendable {
  private let store: any ObjectStore
  private var experiment: Experiment

  /// The bytes of the checkpoints. Many pieces grow without a copy, as one would not.
  private var pieces: [[UInt8]] = []
  private var known: Set<CheckpointID> = []
  private var version: ObjectVersion?

  /// The experiment no longer exists: it was removed while it was being recorded.
  struct Removed: Error {}

  /// A new file with `experiment`, or the present one where `version` is given.
  init(store: any ObjectStore, experiment: Experiment, version: ObjectVersion? = nil) {
    self.store = store
    self.experiment = experiment
    self.version = version
    adopt(experiment.checkpoints)
  }

  private mutating func adopt(_ checkpoints: CheckpointTable) {
    pieces = []
    known = []
    for checkpoint in checkpoints {
      known.insert(checkpoint.id)
      append(checkpoint)
    }
    experiment.checkpoints = CheckpointTable()
  }

  private mutating func append(_ checkpoint: Checkpoint) {
    let isFirst = pieces.isEmpty
    if pieces.last.map({ $0.count + Self.reserve > Self.pieceSize }) ?? true {
      var piece: [UInt8] = []
      piece.reserveCapacity(Self.pieceSize)
      pieces.append(piece)
    }
    ExperimentEncoder.append(checkpoint, to: &pieces[pieces.count - 1], isFirst: isFirst)
  }

  /// How many bytes a piece has room for, and how many of them a checkpoint rarely exceeds.
  private static let (pieceSize, reserve) = (256 << 10, 2 << 10)

  /// Writes the file for the first time.
  mutating func create() async throws(StoreError) {
    try await write(if: .absent)
  }

  private mutating func write(if condition: PutCondition) async throws(StoreError) {
    let (head, tail) = ExperimentEncoder.frame(of: experiment, isEmpty: pieces.isEmpty)
    version = try await store.put(
      joining: [head] + pieces + [tail], at: RepositoryLayout.experiment(experiment.id),
      if: condition, durability: .powerCut
    ).version
  }

  /// Adds `records` and writes the file.
  ///
  /// After a failure the records are to be added again, and are known already.
  mutating func merge(_ records: [JournalRecord]) async throws {
    // Two tries are enough unless other processes write all the time.
    for attempt in 0..<8 {
      apply(records)
      do throws(StoreError) {
        return try await write(if: version.map { .version($0) } ?? .absent)
      } catch {
        guard error.code == .conflict, attempt < 7 else { throw error }
        try await reload()
      }
    }
  }

  /// Takes over what another process wrote.
  private mutating func reload() async throws {
    let key = RepositoryLayout.experiment(experiment.id)
    guard let object = try await store.object(at: key),
      let present = try await Repository(store: store).experimentToRewrite(experiment.id)
    else { throw Removed() }
    version = object.version
    let (git, ending) = (experiment.git, experiment.ending)
    experiment = present
    experiment.git = git ?? present.git
    experiment.ending = ending
    adopt(present.checkpoints)
  }

  private mutating func apply(_ records: [JournalRecord]) {
    for record in records {
      switch record {
      case .checkpoint(let checkpoint):
        if known.insert(checkpoint.id).inserted { append(checkpoint) }
      case .removed: break
      case .git(let state): experiment.git = state
      case .ended(let ending): experiment.ending = ending
      }
    }
  }
}
