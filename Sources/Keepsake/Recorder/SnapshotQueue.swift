internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

/// Stores the files of snapshots in the background, one after the other.
///
/// Those that a store which does not answer could not take stay here, and are stored when it does.
actor SnapshotQueue {
  private let repository: Repository
  private let journal: JournalBox
  private let onLoss: @Sendable (Loss) -> Void
  private var pending: [Task<Void, Never>] = []
  private var unsent: [Unsent] = []
  private var losses: [Loss] = []

  /// Whether the store did not answer when it was last asked.
  private var isAway = false

  /// What could not be stored yet.
  private struct Unsent {
    var staged: StagedSnapshot
    var id: SnapshotID
    var error: RepositoryError
  }

  init(
    repository: Repository, journal: JournalBox, onLoss: @escaping @Sendable (Loss) -> Void
  ) {
    self.repository = repository
    self.journal = journal
    self.onLoss = onLoss
  }

  /// Returns when there is more room than before: one of the waiting snapshots is stored or lost.
  func makeRoom() async {
    if let first = pending.first {
      await first.value
    } else if let oldest = unsent.first {
      unsent.removeFirst()
      _ = lose([oldest])
    }
  }

  /// Stores `staged` when those before it are done.
  func enqueue(_ staged: StagedSnapshot, as id: SnapshotID) {
    let previous = pending.last
    pending.append(
      RecorderExecutor.start {
        await previous?.value
        await self.storeNext(staged, as: id)
      })
  }

  private func storeNext(_ staged: StagedSnapshot, as id: SnapshotID) async {
    defer { pending.removeFirst() }
    if await store(staged, as: id) { await storeUnsent() }
  }

  /// - Returns: whether the store answers.
  private func store(_ staged: StagedSnapshot, as id: SnapshotID) async -> Bool {
    do {
      // The files of an experiment that was removed would never be found.
      if journal.closed == nil { try await repository.store(staged, as: id) }
      staged.remove()
      isAway = false
      return true
    } catch {
      let failed = Unsent(staged: staged, id: id, error: error)
      guard error.underlying?.code.isRetryable == true else {
        onLoss(lose([failed]))
        return true
      }
      // That there is trouble is said when it begins.
      if !isAway { onLoss(Self.loss(of: [failed])) }
      isAway = true
      unsent.append(failed)
      return false
    }
  }

  private func storeUnsent() async {
    let waiting = unsent
    unsent = []
    for (index, next) in waiting.enumerated() {
      guard await store(next.staged, as: next.id) else {
        unsent += waiting[(index + 1)...]
        return
      }
    }
  }

  /// Waits until every snapshot is stored or lost.
  ///
  /// - Returns: what was lost since the last call.
  func drain() async -> [Loss] {
    while let last = pending.last { await last.value }
    await storeUnsent()
    let lost = unsent
    unsent = []
    if !lost.isEmpty { _ = lose(lost) }
    defer { losses = [] }
    return losses
  }

  /// Gives up snapshots, with one message.
  private func lose(_ lost: [Unsent]) -> Loss {
    for snapshot in lost { snapshot.staged.remove() }
    let loss = Self.loss(of: lost)
    losses.append(loss)
    return loss
  }

  /// - Parameter lost: at least one; the error of the last one stands for all.
  private static func loss(of lost: [Unsent]) -> Loss {
    let error = lost[lost.count - 1].error
    var loss = Loss(what: error.what, why: error.why, fix: error.fix)
    if lost.count == 1 {
      if case .checkpoint(let id) = lost[0].id { loss.checkpoint = id }
      return loss
    }
    let ids = lost.prefix(8).map { String($0.id.description.prefix(7)) }
    let rest = lost.count > ids.count ? " and \(lost.count - ids.count) more" : ""
    loss.what =
      "cannot store the files of \(lost.count) snapshots (\(ids.joined(separator: ", "))\(rest))"
    return loss
  }
}
