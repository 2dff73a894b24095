internal import Synchronization

/// A file that lies in a staging area.
package struct StagedFile: Sendable, Hashable {
  /// The path relative to the project.
  package var path: String

  /// The size of the copy; 0 for a symbolic link.
  package var byteCount: Int64

  /// The permission bits.
  package var mode: UInt32

  /// The last change, in seconds since 1970.
  package var modified: Int64

  var content: Content

  enum Content: Hashable {
    /// In the snapshot's `pack`, from this offset on.
    case pack(offset: Int64)
    /// In a file of this name.
    case file(String)
    /// None: a symbolic link with this text.
    case link(String)
  }

  /// Where a symbolic link points; `nil` for a file.
  package var linkTarget: String? {
    guard case .link(let target) = content else { return nil }
    return target
  }
}

/// The files of one snapshot in a staging area, which are removed with the last reference.
package final class StagedSnapshot: Sendable {
  /// The files, sorted bytewise by path.
  package let files: [StagedFile]

  /// What could not be copied, and what the walk had skipped.
  package let skipped: [SkippedFile]

  /// The size of all copies.
  package let byteCount: Int64

  private let area: StagingArea
  private let place: String
  private let isRemoved = Mutex(false)

  init(area: StagingArea, place: String, files: [StagedFile], skipped: [SkippedFile]) {
    self.area = area
    self.place = place
    self.files = files
    self.skipped = skipped
    byteCount = files.reduce(0) { $0 &+ $1.byteCount }
  }

  deinit { remove() }

  /// Removes the archive, unless it was moved.
  func removeArchive() { FileSystem.removeFile(archivePath) }

  /// Removes the copies, and the archive unless it was moved; again is no error.
  package func remove() {
    let isFirst = isRemoved.withLock { isRemoved in
      defer { isRemoved = true }
      return !isRemoved
    }
    guard isFirst else { return }
    removeArchive()
    area.remove(place, byteCount: byteCount)
  }

  /// Where the archive of the snapshot may be written: in the area too, so that it goes with it.
  package var archivePath: String { "\(place).tar.gz" }

  /// The file that holds the small ones.
  var pack: String { "\(place)/\(FileCopier.packName)" }

  /// Where a large file lies.
  func path(of name: String) -> String { "\(place)/\(name)" }
}
