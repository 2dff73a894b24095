package import KeepsakeModel
internal import KeepsakeStores

/// Whether the files that were saved with an experiment or a checkpoint are in the repository.
package enum SnapshotState: Sendable, Hashable {
  /// None were saved.
  case none
  /// They are there.
  case stored
  /// Their recorder is still at work.
  case pending
  /// Their recorder ended without storing them; they are on this machine.
  case waiting
  /// Their recorder ended without storing them, and they are not here.
  case missing
}

extension Repository {
  /// The recorded list of a snapshot's files; `nil` for those of 0.4.2, which records none.
  package func fileIndex(of id: SnapshotID) async throws(RepositoryError) -> FileIndex? {
    do throws(StoreError) {
      let bytes = try await store.contents(of: RepositoryLayout.fileIndex(id))
      return try? FileIndex.decode(bytes)
    } catch {
      if error.code == .notFound { return nil }
      throw RepositoryError(error)
    }
  }

  /// The identifiers of the snapshots whose files are listed, as text.
  package func snapshotsWithFileIndex() async throws(RepositoryError) -> Set<String> {
    do throws(StoreError) {
      let folder = RepositoryLayout.files
      return Set(
        try await store.objects(below: folder).map {
          String($0.key.dropFirst(folder.count).prefix { $0 != "." })
        })
    } catch {
      throw RepositoryError(error)
    }
  }

  /// Whether the files of a snapshot are there.
  ///
  /// - Parameters:
  ///   - path: What was to be saved; empty for nothing.
  ///   - isRunning: Whether the experiment is running.
  package func state(
    of id: SnapshotID, path: String, isRunning: Bool
  ) async throws(RepositoryError) -> SnapshotState {
    if path.isEmpty { return .none }
    // First: whoever stores what waits here removes it afterwards.
    let isHere = await BlockingPool.run { isWaiting(id) }
    do throws(StoreError) {
      if try await store.object(at: RepositoryLayout.tarball(id)) != nil { return .stored }
      return isRunning ? .pending : isHere ? .waiting : .missing
    } catch {
      throw RepositoryError(error)
    }
  }
}

extension Repository {
  /// How many of an experiment's checkpoints have their files where; none of those without files.
  ///
  /// - Parameter isRunning: Whether the experiment is running.
  package func checkpointStates(
    of experiment: Experiment, isRunning: Bool
  ) async throws(RepositoryError) -> [SnapshotState: Int] {
    let checkpoints = experiment.checkpoints
    let ids = checkpoints.indices.filter(checkpoints.hasFiles).map { checkpoints.ids[$0] }
    if ids.isEmpty { return [:] }
    // First: whoever stores what waits here removes it afterwards.
    let waiting = await BlockingPool.run { self.waiting }
    let stored: Set<Identifier>
    do throws(StoreError) {
      let folder = RepositoryLayout.checkpointTarballs
      stored = RepositoryLayout.tarballs(among: try await store.keys(below: folder), below: folder)
    } catch {
      throw RepositoryError(error)
    }
    return ids.reduce(into: [:]) { counts, id in
      let isHere = waiting.contains("\(SnapshotID.checkpoint(id))")
      let state: SnapshotState =
        if stored.contains(id.bits) { .stored } else if isRunning { .pending } else {
          isHere ? .waiting : .missing
        }
      counts[state, default: 0] += 1
    }
  }
}

extension RepositoryError {
  package init(_ error: SnapshotError) {
    self.init(.store, what: error.what, why: error.why, fix: error.fix)
  }
}

// MARK: - Getting files back

extension Repository {
  /// Writes the files of a snapshot below `folder`, or those below `path` in it.
  ///
  /// Nothing is written outside `folder`, whatever the snapshot says; what was refused is named in
  /// the result.
  package func extract(
    _ id: SnapshotID, path: String? = nil, to folder: String
  ) async throws(RepositoryError) -> TarGzipReader.Extraction {
    try await reading(id) { reader throws(SnapshotError) in
      try reader.extract(to: folder, options: TarGzipReader.ExtractionOptions(path: path))
    }
  }

  /// The files of a snapshot: the recorded list, else read from the tarball.
  package func files(of id: SnapshotID) async throws(RepositoryError) -> FileIndex {
    if let index = try await fileIndex(of: id) { return index }
    return try await reading(id) { reader throws(SnapshotError) in try reader.index().index }
  }

  /// The content of one file of a snapshot; `nil` when there is none, or it is larger than `limit`
  /// bytes.
  package func contents(
    of path: String, in id: SnapshotID, limit: Int
  ) async throws(RepositoryError) -> [UInt8]? {
    try await reading(id) { reader throws(SnapshotError) in
      try reader.contents(of: path, limit: limit)
    }
  }

  /// The contents of several files of a snapshot, read in one pass; `nil` for one that is not
  /// there. `limit` is for each of them.
  package func contents(
    ofAll paths: [String], in id: SnapshotID, limit: Int
  ) async throws(RepositoryError) -> [TarGzipReader.Content?] {
    try await reading(id) { reader throws(SnapshotError) in
      try reader.contents(ofAll: paths, limit: limit)
    }
  }

  private func reading<Result: Sendable>(
    _ id: SnapshotID,
    _ body: @escaping @Sendable (TarGzipReader) throws(SnapshotError) -> Result
  ) async throws(RepositoryError) -> Result {
    let file: LocalFile
    do throws(StoreError) {
      file = try await store.localFile(of: RepositoryLayout.tarball(id))
    } catch {
      guard error.code == .notFound else { throw RepositoryError(error) }
      throw RepositoryError(
        .notFound, what: "cannot find the files of \(id.description.prefix(7))",
        why: "the repository has no \(RepositoryLayout.tarball(id))",
        fix: "They were never stored or were removed; `keepsake show` says which files there are.")
    }
    // Only this function holds the file: it is gone when the caller goes on, who may end the process.
    defer { withExtendedLifetime(file) {} }
    let path = file.path
    do throws(SnapshotError) {
      return try await BlockingPool.run { () throws(SnapshotError) in
        try body(TarGzipReader(file: path, id: id))
      }
    } catch {
      throw RepositoryError(error)
    }
  }
}
