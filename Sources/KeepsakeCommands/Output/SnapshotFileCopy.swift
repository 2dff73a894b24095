#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeWire

/// One file of a checkpoint, or of the experiment behind it, as a file on disk.
struct SnapshotFileCopy {
  let repository: Repository
  let experiment: Experiment

  /// `nil` where the experiment's own files are meant.
  let checkpoint: Checkpoint?

  /// The file, relative to the project directory.
  let path: String

  /// Writes the file.
  ///
  /// - Parameter folder: an empty folder.
  /// - Returns: where it is: a path below `folder`.
  func write(below folder: String) async throws -> String {
    // As everywhere in snapshots, without `.` and `..`.
    let name = RepositoryURL.absolutePath(path, in: "/")
    for snapshot in snapshots {
      do throws(RepositoryError) {
        _ = try await repository.extract(snapshot, path: String(name.dropFirst()), to: folder)
      } catch {
        if error.code == .notFound { continue }
        throw error
      }
      var isFolder = false
      if FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder), !isFolder {
        return folder + name
      }
    }
    let owner =
      checkpoint.map { "checkpoint \($0.id.short) and its experiment" }
      ?? "experiment \(experiment.id.short)"
    throw CommandError(
      what: "The files of \(owner) have no file \(path)",
      fix: snapshots.isEmpty
        ? "None were saved: pass the 'path' argument to 'init()' or 'checkpoint()'."
        : "List them with `keepsake show`.",
      code: .noFiles)
  }

  private var snapshots: [SnapshotID] {
    let ofCheckpoint = checkpoint.flatMap { $0.hasSnapshot ? SnapshotID.checkpoint($0.id) : nil }
    let ofExperiment = experiment.hasSnapshot ? SnapshotID.experiment(experiment.id) : nil
    return [ofCheckpoint, ofExperiment].compactMap { $0 }
  }
}
