internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

/// The saved files that experiments name and their repository does not have.
enum MissingTarballs {
  /// One problem for each experiment that lacks files; those that still run may be storing them.
  static func problems(
    of experiments: [Experiment], in repository: Repository, now: Timestamp
  ) async throws(StoreError) -> [Problem] {
    let ended = experiments.filter {
      ($0.hasSnapshot || $0.checkpoints.hasAnyFiles) && !$0.status(at: now).isRunning
    }
    let hasStart = ended.contains(where: \.hasSnapshot)
    let hasFiles = ended.contains(where: \.checkpoints.hasAnyFiles)
    let starts = try await stored(RepositoryLayout.experimentTarballs, repository, if: hasStart)
    let checkpoints = try await stored(
      RepositoryLayout.checkpointTarballs, repository, if: hasFiles)
    return ended.compactMap { experiment in
      let isStartMissing = experiment.hasSnapshot && !starts.contains(experiment.id.bits)
      let ids = experiment.checkpoints.ids
      let rows = experiment.checkpoints.indices.filter(experiment.checkpoints.hasFiles)
      let missing = rows.filter { !checkpoints.contains(ids[$0].bits) }
      let first = isStartMissing ? SnapshotID.experiment(experiment.id) : nil
      guard let snapshot = first ?? missing.first.map({ .checkpoint(ids[$0]) }) else { return nil }
      var parts: [String] = []
      if isStartMissing { parts.append("the files saved at the start are missing") }
      if !missing.isEmpty {
        parts.append("the files of \(missing.count) of \(rows.count) checkpoints are missing")
      }
      return Problem(
        place: RepositoryLayout.tarball(snapshot), reason: parts.joined(separator: ", and "),
        experiment: experiment.id, isHarmless: true)
    }
  }

  /// The snapshots below a folder, of which no more than the names are asked for.
  private static func stored(
    _ folder: String, _ repository: Repository, if isAsked: Bool
  ) async throws(StoreError) -> Set<Identifier> {
    guard isAsked else { return [] }
    return RepositoryLayout.tarballs(
      among: try await repository.store.keys(below: folder), below: folder)
  }
}
