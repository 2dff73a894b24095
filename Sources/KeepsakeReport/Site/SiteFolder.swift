internal import KeepsakeDigest
internal import KeepsakeModel
internal import Synchronization

/// A folder that a site is written to.
///
/// Several tasks may write different files at once. A file is written only if its content differs
/// from what is there, and replaced in one step. In a folder that was empty there is nothing to
/// replace: its files are written in place, and the manifest, the last of them, says that all are
/// complete.
///
/// The manifest also says what files were made from. One that was made from the same as now is not
/// made again, if nothing touched it since the manifest was written.
final class SiteFolder: SiteDestination {
  private let path: String
  private let wasEmpty: Bool

  /// The old manifest's bytes, and what they say once somebody has asked.
  private let old: Mutex<(bytes: [UInt8], files: OldFiles?)>

  /// When the old manifest was written; files that changed later are not as it says.
  private let manifestTime: Int64

  private let progress = Mutex(Progress())

  private struct OldFiles {
    /// Sorted by path, which is another one for each.
    var all: [ManifestEntry] = []

    /// The places of those that say what they were made from, by path.
    var known: [String: Int] = [:]

    init(_ manifest: SiteManifest) {
      all.reserveCapacity(manifest.entries.count)
      known.reserveCapacity(manifest.entries.count)
      for entry in manifest.entries where entry.path != all.last?.path {
        if entry.input != nil { known[entry.path] = all.count }
        all.append(entry)
      }
    }
  }

  private struct Progress {
    /// Files that were made.
    var made: [ManifestEntry] = []

    /// The places of old files that were not made again.
    var kept: [Int] = []

    var writtenCount = 0
    var madeFolders: Set<String> = []
  }

  /// Opens a folder, which is made when there is none.
  ///
  /// Refuses a folder that holds anything but a site of ours.
  init(_ path: String) throws(ReportError) {
    self.path = path
    let manifestPath = "\(path)/\(SiteManifest.fileName)"
    manifestTime = FileSystem.status(of: manifestPath)?.changed ?? .min
    do {
      try FileSystem.makeFolder(path)
      if let bytes = try FileSystem.contents(of: manifestPath) {
        guard SiteManifest.begins(bytes) else {
          throw Self.foreign(path, why: "its manifest.json is not one of a report")
        }
        old = Mutex((bytes, nil))
        wasEmpty = false
        return
      }
      let names = try FileSystem.names(in: path)
      guard names.isEmpty else {
        throw Self.foreign(
          path, why: "it holds \(names.prefix(3).joined(separator: ", ")) and no manifest.json")
      }
      let bytes = SiteManifest([]).bytes
      old = Mutex((bytes, nil))
      wasEmpty = true
      // From here on the folder is ours, even if this process is killed before the end.
      try FileSystem.write(bytes, to: manifestPath)
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
      path: file.path, byteCount: file.bytes.count, digest: ContentDigest(of: file.bytes),
      input: file.input)
    progress.withLock {
      $0.made.append(entry)
      if isWritten { $0.writtenCount += 1 }
    }
  }

  /// What the old manifest says, read by the first task that asks, while others do other work.
  private var oldFiles: OldFiles {
    old.withLock { old in
      let files = old.files ?? OldFiles(SiteManifest(bytes: old.bytes) ?? SiteManifest([]))
      old = ([], files)
      return files
    }
  }

  func keeps(_ path: String, madeFrom input: ContentDigest) -> Bool {
    let old = oldFiles
    guard let place = old.known[path], case let entry = old.all[place], entry.input == input,
      let status = FileSystem.status(of: "\(self.path)/\(path)"),
      status.byteCount == entry.byteCount, status.changed < manifestTime
    else { return false }
    progress.withLock { $0.kept.append(place) }
    return true
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
    let old = oldFiles.all
    var isKept = [Bool](repeating: false, count: old.count)
    for place in progress.kept { isKept[place] = true }
    let (manifest, stale) = SiteManifest(progress.made).merged(with: old, keeping: isKept)
    let target = "\(path)/\(SiteManifest.fileName)"
    var deletedCount = 0
    do {
      let bytes = manifest.bytes
      var written = progress.writtenCount
      for entry in stale where try FileSystem.delete("\(path)/\(entry.path)") {
        deletedCount += 1
      }
      // Also after a file was mended: only those that are older than the manifest are trusted.
      let isSame = try FileSystem.has(bytes, at: target)
      if !isSame || written > 0 { try FileSystem.write(bytes, to: target) }
      if !isSame { written += 1 }
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
