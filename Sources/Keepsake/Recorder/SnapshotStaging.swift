internal import KeepsakeModel
internal import KeepsakeRepository
internal import Synchronization

/// Copies files aside before training changes them.
final class SnapshotStaging: Sendable {
  private let project: Project
  private let repository: Repository
  private let area = Mutex<StagingArea?>(nil)

  /// How many bytes may wait to be stored, unless a single snapshot is larger.
  private static let limit: Int64 = 8 << 30

  init(project: Project, repository: Repository) {
    self.project = project
    self.repository = repository
  }

  /// What was staged, and remarks about it that are no losses.
  struct Staged: Sendable {
    var files: StagedSnapshot
    var warnings: [String]
  }

  /// Copies the files below `path` aside.
  ///
  /// - Parameters:
  ///   - id: the snapshot that they become.
  ///   - waitForRoom: called while too many bytes are waiting; returns when some are stored.
  func stage(
    _ path: String, as id: SnapshotID, of experiment: ExperimentID, waitForRoom: () -> Void = {}
  ) throws(SnapshotError) -> Staged {
    let rules = try IgnoreRules.load(project: project.directory)
    let walk = try FileWalk(
      SnapshotPath(path, project: project.directory), project: project.directory, rules: rules,
      excluding: project.repositoryURL.scheme == .file
        ? RepositoryLayout.places(in: project.repositoryURL.path) : [])
    let area = try openArea()
    while !area.hasRoom(for: walk.byteCount) { waitForRoom() }
    let staged = try area.stage(walk, as: id, of: experiment)
    var warnings = staged.skipped.map { "\($0.name) is not saved: \($0.reason)" }
    if let warning = walk.sizeWarning { warnings.append(warning) }
    return Staged(files: staged, warnings: warnings)
  }

  /// Ends staging: what was not stored stays on this machine, for whoever wants to store it.
  func close() { area.withLock { $0?.close() } }

  private func openArea() throws(SnapshotError) -> StagingArea {
    let folder = try repository.scratchFolder
    return try area.withLock { area throws(SnapshotError) in
      if let area { return area }
      let made = try StagingArea(in: folder, limit: Self.limit)
      area = made
      return made
    }
  }
}
