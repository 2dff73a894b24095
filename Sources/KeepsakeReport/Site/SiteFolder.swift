internal import KeepsakeDigest
internal import KeepsakeModel
internal import Synchronization

/// A folder that a site is written to.
///
/// Several tasks may write different files at once. A file appears under its name only when it is
/// complete, and only if its content differs from what is there.
final class SiteFolder: SiteDestination {
  private let path: String
  private let old: SiteManifest
  private let entries = Mutex<[ManifestEntry]>([])
  private let writtenCount = Mutex<Int>(0)
  private let madeFolders = Mutex<Set<String>>([])

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
        return
      }
      let names = try FileSystem.names(in: path)
      guard names.isEmpty else {
        throw Self.foreign(
          path, why: "it holds \(names.prefix(3).joined(separator: ", ")) and no manifest.json")
      }
      old = SiteManifest([])
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
    do {
      if try !FileSystem.has(file.bytes, at: target) {
        if let slash = file.path.lastIndex(of: "/") {
          try makeFolder(String(file.path[..<slash]))
        }
        try FileSystem.write(file.bytes, to: target)
        writtenCount.withLock { $0 += 1 }
      }
    } catch {
      throw ReportError.cannotWrite(target, error)
    }
    let entry = ManifestEntry(
      path: file.path, byteCount: file.bytes.count, digest: ContentDigest(of: file.bytes))
    entries.withLock { $0.append(entry) }
  }

  private func makeFolder(_ name: String) throws(SystemError) {
    if madeFolders.withLock({ $0.contains(name) }) { return }
    try FileSystem.makeFolder("\(path)/\(name)")
    madeFolders.withLock { _ = $0.insert(name) }
  }

  /// Writes the manifest, then deletes what only the old one lists.
  func finish() throws(ReportError) -> SiteTally {
    let manifest = SiteManifest(entries.withLock { $0 })
    let target = "\(path)/\(SiteManifest.fileName)"
    var deletedCount = 0
    do {
      let bytes = manifest.bytes
      var written = writtenCount.withLock { $0 }
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
