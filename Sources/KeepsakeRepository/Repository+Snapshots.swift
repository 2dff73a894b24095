internal import KeepsakeJSON
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
  /// Their recorder ended without storing them.
  case missing
}

extension Repository {
  /// A folder for temporary files, where the repository's disk has one, else the system's.
  package var scratchFolder: String { store.scratchFolder ?? "/tmp/keepsake" }

  /// Stores staged files as the snapshot of an experiment or a checkpoint.
  ///
  /// The list of its files comes last: a snapshot that has one is complete.
  package func store(
    _ staged: StagedSnapshot, as id: SnapshotID
  ) async throws(RepositoryError) {
    let folder = scratchFolder
    let archive = "\(folder)/\(id).tar.gz"
    do throws(SnapshotError) {
      let result = try await BlockingPool.run { () throws(SnapshotError) in
        try TarGzipWriter.write(staged, id: id, to: archive)
      }
      staged.remove()
      try await publish(archive, result.index, id)
    } catch {
      throw RepositoryError(error)
    }
  }

  private func publish(
    _ archive: String, _ index: FileIndex, _ id: SnapshotID
  ) async throws(SnapshotError) {
    do throws(StoreError) {
      try await store.put(fileAt: archive, at: RepositoryLayout.tarball(id))
      try await store.put(index.encoded, at: RepositoryLayout.fileIndex(id))
    } catch {
      throw SnapshotError(.system, what: error.what, why: error.why, fix: error.fix)
    }
  }

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

  /// Whether the files of a snapshot are there.
  ///
  /// - Parameters:
  ///   - path: What was to be saved; empty for nothing.
  ///   - isRunning: Whether the experiment is running.
  package func state(
    of id: SnapshotID, path: String, isRunning: Bool
  ) async throws(RepositoryError) -> SnapshotState {
    if path.isEmpty { return .none }
    do throws(StoreError) {
      if try await store.object(at: RepositoryLayout.tarball(id)) != nil { return .stored }
      return isRunning ? .pending : .missing
    } catch {
      throw RepositoryError(error)
    }
  }
}

extension RepositoryError {
  package init(_ error: SnapshotError) {
    self.init(.store, what: error.what, why: error.why, fix: error.fix)
  }
}
