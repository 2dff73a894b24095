internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

/// The JSON of the experiment that a recorder writes.
///
/// Keeps the bytes of its checkpoints, so that rewriting costs a copy and no encoding. Another
/// process may change the file meanwhile (`rm` of a checkpoint, a second recorder): its changes
/// are merged, never overwritten.
struct ExperimentFile: Sendable {
  private let store: any ObjectStore
  private var experiment: Experiment
  private var writtenCheckpoints: [UInt8] = []
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
    writtenCheckpoints = []
    known = []
    for checkpoint in checkpoints {
      ExperimentEncoder.append(checkpoint, to: &writtenCheckpoints)
      known.insert(checkpoint.id)
    }
    experiment.checkpoints = CheckpointTable()
  }

  /// Writes the file for the first time.
  mutating func create() async throws(StoreError) {
    version = try await store.put(
      encoded, at: RepositoryLayout.experiment(experiment.id), if: .absent, durability: .powerCut
    ).version
  }

  private var encoded: [UInt8] {
    ExperimentEncoder.encode(experiment, writtenCheckpoints: writtenCheckpoints)
  }

  /// Adds `records` and writes the file.
  mutating func merge(_ records: [JournalRecord]) async throws {
    // Two tries are enough unless other processes write all the time.
    for attempt in 0..<8 {
      var next = self
      next.apply(records)
      do throws(StoreError) {
        next.version = try await store.put(
          next.encoded, at: RepositoryLayout.experiment(experiment.id),
          if: version.map { .version($0) } ?? .absent, durability: .powerCut
        ).version
        self = next
        return
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
        guard known.insert(checkpoint.id).inserted else { continue }
        ExperimentEncoder.append(checkpoint, to: &writtenCheckpoints)
      case .removed: break
      case .git(let state): experiment.git = state
      case .ended(let ending): experiment.ending = ending
      }
    }
  }
}
