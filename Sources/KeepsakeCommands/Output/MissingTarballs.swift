internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

/// The saved files that experiments name and their repository does not have.
enum MissingTarballs {
  /// One problem for each experiment that lacks files; those that still run may be storing them.
  static func problems(
    of experiments: [Experiment], in repository: Repository, now: Timestamp
  ) async throws(StoreError) -> [Problem] {
    let ended = experiments.filter { !$0.status(at: now).isRunning }
    let hasStart = ended.contains(where: \.hasSnapshot)
    let hasFiles = ended.contains {
      $0.checkpoints.indices.contains(where: $0.checkpoints.hasFiles)
    }
    var keys = Set<String>()
    if hasStart {
      keys.formUnion(try await Self.keys(RepositoryLayout.experimentTarballs, repository))
    }
    if hasFiles {
      keys.formUnion(try await Self.keys(RepositoryLayout.checkpointTarballs, repository))
    }
    return ended.compactMap { experiment in
      let start = RepositoryLayout.tarball(.experiment(experiment.id))
      let isStartMissing = experiment.hasSnapshot && !keys.contains(start)
      let rows = experiment.checkpoints.indices.filter(experiment.checkpoints.hasFiles)
      let missing = rows.map {
        RepositoryLayout.tarball(.checkpoint(experiment.checkpoints.ids[$0]))
      }.filter { !keys.contains($0) }
      guard let place = isStartMissing ? start : missing.first else { return nil }
      var parts: [String] = []
      if isStartMissing { parts.append("the files saved at the start are missing") }
      if !missing.isEmpty {
        parts.append("the files of \(missing.count) of \(rows.count) checkpoints are missing")
      }
      return Problem(
        place: place, reason: parts.joined(separator: ", and "), experiment: experiment.id,
        isHarmless: true)
    }
  }

  private static func keys(
    _ prefix: String, _ repository: Repository
  ) async throws(StoreError) -> [String] {
    try await repository.store.objects(below: prefix).map(\.key)
  }
}
