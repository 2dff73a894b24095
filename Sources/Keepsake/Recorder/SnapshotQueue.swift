internal import KeepsakeModel
internal import KeepsakeRepository

/// Stores the files of snapshots in the background, one after the other.
actor SnapshotQueue {
  private let repository: Repository
  private let journal: JournalBox
  private let onLoss: @Sendable (Loss) -> Void
  private var pending: [Task<Void, Never>] = []
  private var losses: [Loss] = []

  init(
    repository: Repository, journal: JournalBox, onLoss: @escaping @Sendable (Loss) -> Void
  ) {
    self.repository = repository
    self.journal = journal
    self.onLoss = onLoss
  }

  /// Waits until the oldest of the waiting snapshots is stored or lost.
  func waitForOldest() async { await pending.first?.value }

  /// Stores `staged` when those before it are done.
  func enqueue(_ staged: StagedSnapshot, as id: SnapshotID) {
    let previous = pending.last
    pending.append(
      RecorderExecutor.start {
        await previous?.value
        await self.store(staged, as: id)
      })
  }

  private func store(_ staged: StagedSnapshot, as id: SnapshotID) async {
    defer { pending.removeFirst() }
    // The files of an experiment that was removed would never be found.
    if journal.closed != nil { return }
    do {
      try await repository.store(staged, as: id)
    } catch {
      var checkpoint: CheckpointID?
      if case .checkpoint(let id) = id { checkpoint = id }
      let loss = Loss(checkpoint: checkpoint, what: error.what, why: error.why, fix: error.fix)
      losses.append(loss)
      onLoss(loss)
    }
  }

  /// Waits until every snapshot is stored or lost.
  ///
  /// - Returns: what was lost since the last call.
  func drain() async -> [Loss] {
    while let last = pending.last { await last.value }
    defer { losses = [] }
    return losses
  }
}
