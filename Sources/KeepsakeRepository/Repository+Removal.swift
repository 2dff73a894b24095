package import KeepsakeModel
internal import KeepsakeStores

extension Repository {
  /// Removes an experiment with all that belongs to it: files, checkpoints, note, journal.
  ///
  /// The experiment's JSON goes first: what is left after an interruption is never shown as a run.
  package func remove(_ experiment: Experiment) async throws(RepositoryError) {
    let id = experiment.id
    var snapshots: [SnapshotID] = [.experiment(id)]
    snapshots += experiment.checkpoints.ids.map { .checkpoint($0) }
    do throws(StoreError) {
      try await store.remove(RepositoryLayout.experiment(id))
      try await store.remove(RepositoryLayout.heartbeat(id))
      try await store.remove(RepositoryLayout.note(id))
      for segment in try await store.objects(below: RepositoryLayout.journal(id)) {
        try await store.remove(segment.key)
      }
      for snapshot in snapshots { try await removeFiles(of: snapshot) }
    } catch {
      throw RepositoryError(error)
    }
  }

  /// Removes a checkpoint with its files and its metadata.
  ///
  /// - Parameter now: decides whether the experiment is running: then a record that the checkpoint
  ///   is gone stays in its journal until its recorder ends.
  package func remove(
    _ checkpoint: CheckpointID, of experiment: Experiment, now: Timestamp
  ) async throws(RepositoryError) {
    let isRunning = experiment.status(at: now) == .running
    // Before anything is written, for what this refuses.
    _ = try await experimentToRewrite(experiment.id)
    do throws(StoreError) {
      // A recorder that is at work although it does not look so must not bring it back.
      let key = "\(RepositoryLayout.removalPrefix(experiment.id))\(checkpoint).jsonl"
      try await store.put(JournalRecord.removed(checkpoint).line, at: key)
      try await rewriteWithout(checkpoint, experiment.id, isRunning)
      try await removeFiles(of: .checkpoint(checkpoint))
    } catch {
      throw RepositoryError(error)
    }
  }

  private func rewriteWithout(
    _ checkpoint: CheckpointID, _ id: ExperimentID, _ isRunning: Bool
  ) async throws(StoreError) {
    do throws(RepositoryError) {
      try await rewrite(id, removing: isRunning ? .none : .all) { experiment in
        experiment.checkpoints = CheckpointTable(
          experiment.checkpoints.filter { $0.id != checkpoint })
      }
    } catch {
      throw error.underlying
        ?? StoreError(.corrupt, what: error.what, why: error.why, fix: error.fix)
    }
  }

  private func removeFiles(of snapshot: SnapshotID) async throws(StoreError) {
    try await store.remove(RepositoryLayout.fileIndex(snapshot))
    try await store.remove(RepositoryLayout.tarball(snapshot))
    await BlockingPool.run { dropWaiting(snapshot) }
  }

  /// Removes what belongs to experiments that are gone: 0.4.2's `rm` leaves it behind, and so does
  /// one that was interrupted.
  ///
  /// Nothing is removed while the file of an experiment cannot be read, nor the files of any
  /// checkpoint while something in the repository is not understood: it may be what names them.
  /// What was written after `time` stays, since it may belong to an experiment that began after the
  /// listing.
  ///
  /// - Returns: how many objects were removed.
  @discardableResult
  package func removeOrphans(
    given listing: Listing, writtenBefore time: Timestamp
  ) async throws(RepositoryError) -> Int {
    guard listing.problems.allSatisfy(\.isHarmless) else { return 0 }
    let experiments = Set(listing.experiments.map(\.id.bits))
    var known = experiments
    for experiment in listing.experiments {
      known.formUnion(experiment.checkpoints.ids.map(\.bits))
    }
    var places = [
      RepositoryLayout.journals, RepositoryLayout.notes, RepositoryLayout.heartbeats,
      RepositoryLayout.experimentTarballs,
    ].map { ($0, experiments) }
    if listing.problems.allSatisfy({ $0.place.hasPrefix(RepositoryLayout.heartbeats) }) {
      places += [RepositoryLayout.files, RepositoryLayout.checkpointTarballs].map { ($0, known) }
    }
    do throws(StoreError) {
      var orphans: [String] = []
      for (folder, known) in places {
        orphans += try await Self.strangers(
          to: known, in: store.objects(below: folder), folder, time)
      }
      for key in orphans { try await store.remove(key) }
      return orphans.count
    } catch {
      throw RepositoryError(error)
    }
  }

  private static func strangers(
    to known: Set<Identifier>, in objects: [StoredObject], _ folder: String, _ time: Timestamp
  ) -> [String] {
    objects.filter { $0.modified < time.nanoseconds }.map(\.key).filter { key in
      let name = key.dropFirst(folder.count).prefix { $0 != "/" && $0 != "." }
      return Identifier(name).map { !known.contains($0) } ?? false
    }
  }
}
