internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

/// The snapshots that ended processes left on this machine for a repository.
struct Push {
  let snapshots: [StagedSnapshot]

  /// The repository's URL.
  let destination: String

  /// How many snapshots living programs have yet to send.
  private let busyCount: Int

  private let isForBucket: Bool
  private let repository: Repository
  private let session: Session

  /// How many causes are named; more of them seldom say more.
  private static let namedFailures = 5

  /// Takes them over: until the end of this process, they are nobody else's.
  init(to opened: OpenProject) async throws {
    let repository = opened.repository
    self.repository = repository
    session = opened.session
    destination = "\(opened.project.repositoryURL)"
    isForBucket = opened.project.repositoryURL.scheme != .file
    do throws(SnapshotError) {
      let waiting = try await BlockingPool.run { () throws(SnapshotError) in
        try repository.takeOverWaiting { _ in true }
      }
      (snapshots, busyCount) = (waiting.taken, waiting.busyCount)
    } catch {
      throw RepositoryError(error)
    }
  }

  /// Says what is not this command's to send.
  func tellRest() async {
    if snapshots.isEmpty, busyCount == 0 {
      session.console.info("Nothing waits on this machine for \(destination).")
    }
    if busyCount > 0 {
      session.console.info(
        """
        The program that saved \(busyCount) snapshot\(busyCount == 1 ? "" : "s") is still running, \
        and sends \(busyCount == 1 ? "it" : "them") itself.
        """)
    }
    guard snapshots.isEmpty, isForBucket, let folder = try? repository.scratchFolder else { return }
    for (address, count) in await BlockingPool.run({ StagingArea.held(beside: folder) }) {
      session.console.info(
        """
        \(count) snapshot\(count == 1 ? " waits" : "s wait") for another store, \(address): that \
        needs its URL, and its endpoint in the environment.
        """)
    }
  }

  /// `checkpoint 3fa9c01 (3 files, 1.2 GB)`.
  static func description(of snapshot: StagedSnapshot) -> String {
    let count = snapshot.files.count
    let size = "\(count) file\(count == 1 ? "" : "s"), \(ByteText.text(snapshot.byteCount))"
    return "\(name(of: snapshot)) (\(size))"
  }

  private static func name(of snapshot: StagedSnapshot) -> String {
    switch snapshot.id {
    case .checkpoint(let id): "checkpoint \(id.short)"
    case .experiment(let id): "experiment \(id.short)"
    }
  }

  /// Removes all of them.
  func discard() async {
    await BlockingPool.run { for snapshot in snapshots { snapshot.remove() } }
    session.console.info("Discarded \(Self.amount(snapshots)).")
  }

  /// Stores them one after the other, and says what became of them.
  ///
  /// - Returns: what the program should end with.
  func run() async throws -> Int32 {
    try await session.withProgress("Looking at \(destination)") {
      try await repository.requireRepository()
    }
    var (sent, left): ([StagedSnapshot], [StagedSnapshot]) = ([], [])
    var known: [ExperimentID: Set<SnapshotID>?] = [:]
    var said: Set<String> = []
    var isAway = false
    for (index, snapshot) in snapshots.enumerated() {
      if isAway {
        left.append(snapshot)
        continue
      }
      let experiment = snapshot.experiment
      do throws(RepositoryError) {
        if known[experiment] == nil {
          known[experiment] = .some(try await repository.knownSnapshots(of: experiment))
        }
        let place = snapshots.count > 1 ? " (\(index + 1) of \(snapshots.count))" : ""
        let outcome = try await send(snapshot, known: known[experiment] ?? nil, place)
        if outcome == .sent { sent.append(snapshot) }
        if outcome == .unrecorded { left.append(snapshot) }
      } catch {
        left.append(snapshot)
        isAway = error.isAboutWholeStore
        if said.insert(error.why).inserted, said.count <= Self.namedFailures {
          session.console.error(
            "Cannot store the files of \(Self.name(of: snapshot)): \(error.why). \(error.fix)")
        }
      }
    }
    if !sent.isEmpty { session.console.info("Sent \(Self.amount(sent)) to \(destination).") }
    if left.isEmpty { return ExitStatus.success }
    let verb = left.count == 1 ? "waits" : "wait"
    session.console.warning("\(Self.amount(left)) still \(verb) on this machine.")
    return sent.isEmpty ? ExitStatus.failure : ExitStatus.partial
  }

  private func send(
    _ snapshot: StagedSnapshot, known: Set<SnapshotID>?, _ place: String
  ) async throws(RepositoryError) -> WaitingOutcome {
    let name = Self.name(of: snapshot)
    let outcome = try await session.withProgress("Sending \(name)\(place)") {
      () async throws(RepositoryError) in try await repository.send(snapshot, known: known)
    }
    switch outcome {
    case .sent, .known: break
    case .abandoned:
      session.console.info(
        "Discarded the files of \(Self.description(of: snapshot)), which is not in the repository.")
    case .unrecorded:
      let prefix = RepositoryLayout.journal(snapshot.experiment)
      let refusal = repository.store.refusals.first { $0.key.hasPrefix(prefix) }?.value.error
      let cause =
        refusal.map { ", because the repository did not take it: \($0.why). \($0.fix)" }
        ?? ". `keepsake push` brings it there, once the program that wrote it has ended."
      session.console.warning(
        "The repository does not have \(name) yet: its record is still on this machine\(cause)")
    }
    return outcome
  }

  private static func amount(_ snapshots: [StagedSnapshot]) -> String {
    let size = ByteText.text(snapshots.reduce(0) { $0 &+ $1.byteCount })
    return "\(snapshots.count) snapshot\(snapshots.count == 1 ? "" : "s") (\(size))"
  }
}
