package import KeepsakeModel
internal import Synchronization

/// The files of one snapshot in a staging area.
///
/// They stay until they are removed, also when this process ends: a later one can store them.
package final class StagedSnapshot: Sendable {
  /// Whose files they are.
  package let id: SnapshotID

  /// The experiment that they belong to.
  package let experiment: ExperimentID

  /// The files, sorted bytewise by path.
  package let files: [StagedFile]

  /// What could not be copied, and what the walk had skipped.
  package let skipped: [SkippedFile]

  /// The size of all copies.
  package let byteCount: Int64

  private let area: StagingArea
  private let place: String
  private let isRemoved = Mutex(false)

  init(
    area: StagingArea, place: String, manifest: SnapshotManifest, skipped: [SkippedFile] = []
  ) {
    self.area = area
    self.place = place
    self.skipped = skipped
    (id, experiment, files) = (manifest.id, manifest.experiment, manifest.files)
    byteCount = manifest.files.reduce(0) { $0 &+ $1.byteCount }
  }

  /// Whether another process, which has ended, staged them.
  package var isInherited: Bool { area.isInherited }

  /// Removes the archive, unless it was moved.
  func removeArchive() { FileSystem.removeFile(archivePath) }

  /// Removes the copies, and the archive unless it was moved; again is no error.
  package func remove() {
    let isFirst = isRemoved.withLock { isRemoved in
      defer { isRemoved = true }
      return !isRemoved
    }
    if isFirst { area.remove(place, byteCount: byteCount) }
  }

  /// Leaves them, and all else in their area, to whoever wants to store them.
  package func leave() { area.close() }

  /// The folder of the staging area.
  var folder: String { area.folder }

  /// Where the archive of the snapshot may be written.
  var archivePath: String { StagingArea.archive(of: place) }

  /// The file that holds the small ones.
  var pack: String { "\(place)/\(FileCopier.packName)" }

  /// Where the large file with this number lies.
  func path(of number: Int64) -> String { "\(place)/\(number)" }
}
