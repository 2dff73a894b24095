internal import KeepsakeDigest
internal import KeepsakeModel
internal import Synchronization

/// A folder that a site is written to.
///
/// Several tasks may write different files at once. A file is written only if its content differs
/// from what is there, and replaced in one step. In a folder that was empty there is nothing to
/// replace: its files are written in place, and the manifest, the last of them, says that all are
/// complete.
final class SiteFolder: SiteDestination {
  private let path: String
  private let old: SiteManifest
  private let wasEmpty: Bool
  private let progress = Mutex(Progress())

  private struct Progress {
    var entries: [ManifestEntry] = []
    var writtenCount = 0
    var madeFolders: Set<String> = []
  }

  /// Opens a folder, which is made when there is none.
  ///
  /// Refuses a folder that holds anything but a site of ours.
  init(_ path: String) throws(ReportError) {
    self.path = path
    do {
      try FileSystem.makeFolder(path)
      if let bytes = try FileSystem.contents(of: "\(path)/\(SiteManifest.fileName)") {
        guard let manifest = SiteManifest(bytes: bytes) else {
          throw Self.foreign(path, why: "its manifest.json is not one of a report")
        }
        old = manifest
        wasEmpty = false
        return
      }
      let names = try FileSystem.names(in: path)
      guard names.isEmpty else {
        throw Self.foreign(
          path, why: "it holds \(names.prefix(3).joined(separator: ", ")) and no manifest.json")
      }
      old = SiteManifest([])
      wasEmpty = true
      // From here on the folder is ours, even if this process is killed before the end.
      try FileSystem.write(old.bytes, to: "\(path)/\(SiteManifest.fileName)")
    } catch let error as SystemError {
      throw ReportError.cannotWrite(path, error)
    } catch let error as ReportError {
      throw error
    } catch {
      preconditionFailure("no other errors: \(error)")
    }
  }

  /// Writes a file, unless it is there with this content.
  func write(_ file: SiteFile) throws(ReportError) {
    precondition(ManifestEntry.isSafe(path: file.path), "unsafe path \(file.path)")
    let target = "\(path)/\(file.path)"
    let isWritten: Bool
    do {
      if wasEmpty { try makeFolder(of: file) }
      if wasEmpty, try FileSystem.create(target, with: file.bytes) {
        isWritten = true
      } else {
        isWritten = try !FileSystem.has(file.bytes, at: target)
        if isWritten {
          try makeFolder(of: file)
          try FileSystem.write(file.bytes, to: target)
        }
      }
    } catch {
      throw ReportError.cannotWrite(target, error)
    }
    let entry = ManifestEntry(
      path: file.path, byteCount: file.bytes.count, digest: ContentDigest(of: file.bytes))
    progress.withLock {
      $0.entries.append(entry)
      if isWritten { $0.writtenCount += 1 }
    }
  }

  private func makeFolder(of file: SiteFile) throws(SystemError) {
    guard let slash = file.path.lastIndex(of: "/") else { return }
    let name = String(file.path[..<slash])
    if progress.withLock({ $0.madeFolders.contains(name) }) { return }
    try FileSystem.makeFolder("\(path)/\(name)")
    progress.withLock { _ = $0.madeFolders.insert(name) }
  }

  /// Writes the manifest, then deletes what only the old one lists.
  func finish() throws(ReportError) -> SiteTally {
    let progress = progress.withLock { $0 }
    let manifest = SiteManifest(progress.entries)
    let target = "\(path)/\(SiteManifest.fileName)"
    var deletedCount = 0
    do {
      let bytes = manifest.bytes
      var written = progress.writtenCount
      let current = Set(manifest.entries.map(\.path))
      for entry in old.entries where !current.contains(entry.path) {
        if try FileSystem.delete("\(path)/\(entry.path)") { deletedCount += 1 }
      }
      if try !FileSystem.has(bytes, at: target) {
        try FileSystem.write(bytes, to: target)
        written += 1
      }
      return SiteTally(
        fileCount: manifest.entries.count + 1, writtenCount: written, deletedCount: deletedCount,
        byteCount: manifest.entries.reduce(bytes.count) { $0 + $1.byteCount })
    } catch {
      throw ReportError.cannotWrite(target, error)
    }
  }

  private static func foreign(_ path: String, why: String) -> ReportError {
    ReportError(
      .foreignFolder, what: "cannot write a report into \(path)", why: why,
      fix: "Choose an empty or new folder; only files that an earlier report listed are replaced.")
  }
}

/// What writing a site did.
struct SiteTally: Sendable {
  var fileCount: Int
  var writtenCount: Int
  var deletedCount: Int
  var byteCount: Int
}
