internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

/// Stores the files of snapshots in the background, one after the other.
///
/// Those that the repository did not take stay here, and are stored when it does; at the latest by
/// another process.
actor SnapshotQueue {
  private let repository: Repository
  private let journal: JournalBox
  private let onLoss: @Sendable (Loss) -> Void
  private var pending: [Task<Void, Never>] = []
  private var unsent: [Unsent] = []
  private var losses: [Loss] = []

  /// Whether the last snapshot could not be stored.
  private var isAway = false

  /// What could not be stored yet.
  private struct Unsent {
    var staged: StagedSnapshot
    var error: RepositoryError

    /// Whether trying again may help without anything being changed.
    var isRetryable: Bool { error.underlying?.code.isRetryable == true }
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
    } else if let oldest = unsent.firstIndex(where: { !$0.staged.isInherited }) {
      giveUp(unsent.remove(at: oldest))
    }
  }

  /// Stores `staged` when those before it are done.
  func enqueue(_ staged: StagedSnapshot) {
    let previous = pending.last
    pending.append(
      RecorderExecutor.start {
        await previous?.value
        await self.storeNext(staged)
      })
  }

  private func storeNext(_ staged: StagedSnapshot) async {
    defer { pending.removeFirst() }
    if await store(staged) { await storeUnsent { $0.isRetryable } }
  }

  /// - Returns: whether it is stored.
  private func store(_ staged: StagedSnapshot) async -> Bool {
    do {
      // The files of an experiment that was removed would never be found.
      if journal.closed == nil { try await repository.store(staged) }
      staged.remove()
      isAway = false
      return true
    } catch {
      let failed = Unsent(staged: staged, error: error)
      unsent.append(failed)
      // That there is trouble is said when it begins.
      if !isAway {
        onLoss(
          Self.loss(
            of: [failed], "They wait on this machine, to be sent when the repository takes them."))
      }
      isAway = true
      return false
    }
  }

  /// Tries those again that `isTried` names, unless what one meets would meet all.
  private func storeUnsent(where isTried: (Unsent) -> Bool) async {
    var waiting = unsent.filter(isTried)[...]
    unsent.removeAll(where: isTried)
    while let next = waiting.popFirst() {
      if await store(next.staged) { continue }
      if unsent.last?.error.isAboutWholeStore == true { break }
    }
    unsent += waiting
  }

  /// Waits until every snapshot is stored, or was tried.
  ///
  /// - Returns: what was lost since the last call, and what is not stored at the moment.
  func drain() async -> (lost: [Loss], waiting: [Loss]) {
    while let last = pending.last { await last.value }
    await storeUnsent { _ in true }
    defer { losses = [] }
    if unsent.isEmpty { return (losses, []) }
    let place = (try? repository.scratchFolder).map { " (\($0))" } ?? ""
    let waiting = Self.loss(
      of: unsent, "They wait on this machine\(place): `keepsake push` sends them.")
    return (losses, [waiting])
  }

  /// Leaves what is not stored to other processes.
  func leave() {
    for snapshot in unsent { snapshot.staged.leave() }
    unsent = []
  }

  /// Removes a snapshot that nobody stored.
  private func giveUp(_ snapshot: Unsent) {
    snapshot.staged.remove()
    var loss = Self.loss(of: [snapshot], "Free the way to it earlier, or save less.")
    loss.why += "; newer files needed the room of these, which are lost"
    losses.append(loss)
  }

  /// - Parameter unsent: at least one; the error of the last one stands for all.
  private static func loss(of unsent: [Unsent], _ advice: String) -> Loss {
    let error = unsent[unsent.count - 1].error
    var loss = Loss(what: "", why: error.why, fix: "\(error.fix) \(advice)")
    if unsent.count == 1 {
      switch unsent[0].staged.id {
      case .checkpoint(let id):
        loss.checkpoint = id
        loss.what = "cannot store the files of checkpoint \(id.short)"
      case .experiment(let id): loss.what = "cannot store the files of experiment \(id.short)"
      }
      return loss
    }
    let ids = unsent.prefix(8).map { String($0.staged.id.description.prefix(7)) }
    let rest = unsent.count > ids.count ? " and \(unsent.count - ids.count) more" : ""
    loss.what =
      "cannot store the files of \(unsent.count) snapshots (\(ids.joined(separator: ", "))\(rest))"
    return loss
  }
}
