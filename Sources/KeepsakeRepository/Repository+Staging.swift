package import KeepsakeModel
internal import KeepsakeStores

extension Repository {
  /// A folder for temporary files, on the repository's disk where it has one.
  package var scratchFolder: String {
    get throws(SnapshotError) {
      do throws(StoreError) {
        return try store.scratchFolder
      } catch {
        throw SnapshotError(.system, what: error.what, why: error.why, fix: error.fix)
      }
    }
  }

  /// Stores staged files as a snapshot.
  ///
  /// The list of its files comes last: a snapshot that has one is complete. The staged files stay:
  /// where the store refuses, they can be stored later.
  package func store(_ staged: StagedSnapshot) async throws(RepositoryError) {
    let archive: Archive
    do throws(SnapshotError) {
      archive = try await BlockingPool.run { () throws(SnapshotError) in try self.archive(staged) }
    } catch {
      throw RepositoryError(error)
    }
    defer { FileSystem.removeFile(archive.path) }
    do throws(StoreError) {
      try await store.put(fileAt: archive.path, at: RepositoryLayout.tarball(staged.id))
      try await store.put(archive.index.encoded, at: RepositoryLayout.fileIndex(staged.id))
    } catch {
      throw RepositoryError(
        .store, what: error.what, why: error.why, fix: error.fix, underlying: error)
    }
  }

  private struct Archive {
    let index: FileIndex
    let path: String

    /// Holds the lock of a file that is not in a staging area.
    var file: TransferFile?
  }

  /// Writes the archive beside the staged files, which are as large: where that disk is full, on
  /// another one.
  private func archive(_ staged: StagedSnapshot) throws(SnapshotError) -> Archive {
    var folders = [staged.folder]
    do throws(SnapshotError) {
      let index = try TarGzipWriter.write(staged, to: staged.archivePath).index
      return Archive(index: index, path: staged.archivePath)
    } catch {
      guard error.code == .noSpace else { throw error }
    }
    if let folder = store.overflowFolder {
      folders.append(folder)
      if let archive = try? archive(staged, in: folder) { return archive }
    }
    throw SnapshotError(
      .noSpace, what: "cannot write the archive of \(staged.id.description.prefix(7))",
      why: """
        no space left: beside the files that wait, it needs up to \(FileWalk.size(staged.byteCount)) \
        in \(folders.joined(separator: " or "))
        """,
      fix: "Free that much there, then run `keepsake push`.")
  }

  private func archive(_ staged: StagedSnapshot, in folder: String) throws -> Archive {
    TransferFile.removeAbandoned(in: folder)
    let file = try TransferFile(creating: ScratchFolder.newFile(in: folder))
    do {
      let index = try TarGzipWriter.write(staged, to: file.path).index
      return Archive(index: index, path: file.path, file: file)
    } catch {
      file.remove()
      throw error
    }
  }

  /// Takes over the snapshots that ended processes staged for this repository on this machine and
  /// did not store, as far as `isWanted` says.
  package func takeOverWaiting(
    where isWanted: (StagedSnapshot) -> Bool
  ) throws(SnapshotError) -> WaitingSnapshots {
    try StagingArea.takeOver(in: scratchFolder, where: isWanted)
  }

  /// Whether the files of a snapshot were staged on this machine, and are still there.
  func isWaiting(_ id: SnapshotID) -> Bool { waiting.contains("\(id)") }

  /// The identifiers, as text, of all snapshots of which that is so.
  var waiting: Set<Substring> {
    // Where there is no folder to stage files in, none are there.
    (try? scratchFolder).map(StagingArea.held(in:)) ?? []
  }

  /// Removes a snapshot that waits on this machine. One that cannot be removed now goes when it is to
  /// be sent.
  func dropWaiting(_ id: SnapshotID) {
    guard isWaiting(id), let waiting = try? takeOverWaiting(where: { $0.id == id }) else { return }
    for staged in waiting.taken { staged.remove() }
  }
}

// MARK: - Sending what waits

/// What became of a snapshot that was waiting.
package enum WaitingOutcome: Sendable, Hashable {
  /// It is stored now.
  case sent
  /// It had been stored before, and is removed here.
  case known
  /// The repository does not have its checkpoint or experiment: so it was removed here, too.
  case abandoned
  /// The repository does not have the checkpoint, whose record is still on this machine: it stays.
  case unrecorded
}

extension Repository {
  /// Makes sure that there is a repository: in an empty store, everything would look removed.
  package func requireRepository() async throws(RepositoryError) {
    try await checkVersion()
    do throws(StoreError) {
      if try await store.object(at: RepositoryLayout.repository) != nil { return }
    } catch {
      throw RepositoryError(error)
    }
    throw RepositoryError(
      .notFound, what: "cannot store files", why: "there is no \(RepositoryLayout.repository)",
      fix: "Check the repository's URL, and that nobody has emptied it.")
  }

  /// Stores a snapshot that was waiting, unless nobody could find it there.
  ///
  /// - Parameter known: what the repository has of its experiment, from ``knownSnapshots(of:)``.
  package func send(
    _ staged: StagedSnapshot, known: Set<SnapshotID>?
  ) async throws(RepositoryError) -> WaitingOutcome {
    if known?.contains(staged.id) != true {
      // What a recorder wrote and a bucket does not have yet may name it; so may what came meanwhile.
      if store.isAwaiting(RepositoryLayout.journal(staged.experiment)) { return .unrecorded }
      guard try await knownSnapshots(of: staged.experiment)?.contains(staged.id) == true else {
        staged.remove()
        return .abandoned
      }
    }
    if try await isStored(staged.id) {
      staged.remove()
      return .known
    }
    try await store(staged)
    staged.remove()
    return .sent
  }

  /// The snapshots that an experiment and its checkpoints may have; `nil` where it is gone.
  ///
  /// Throws where a part of it cannot be understood, which may be what names a checkpoint.
  package func knownSnapshots(
    of id: ExperimentID
  ) async throws(RepositoryError) -> Set<SnapshotID>? {
    try await experimentToRewrite(id).map(Self.snapshots)
  }

  /// The snapshots that an experiment and its checkpoints may have.
  package static func snapshots(of experiment: Experiment) -> Set<SnapshotID> {
    Set(experiment.checkpoints.ids.map { .checkpoint($0) } + [.experiment(experiment.id)])
  }

  private func isStored(_ id: SnapshotID) async throws(RepositoryError) -> Bool {
    do throws(StoreError) {
      for key in [RepositoryLayout.fileIndex(id), RepositoryLayout.tarball(id)] {
        if try await store.object(at: key) == nil { return false }
      }
      return true
    } catch {
      throw RepositoryError(error)
    }
  }
}
