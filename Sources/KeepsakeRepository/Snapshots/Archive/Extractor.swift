/// Makes files below a folder, and only there.
struct Extractor: ~Copyable {
  private let folder: String
  private let root: Folder
  private let byteLimit: Int64
  private let fileLimit: Int
  /// The folder of the last file, as most have the same one as the file before.
  private var parent: Folder
  private var parentPath: [[UInt8]] = []
  private let temporaryName: [UInt8]

  /// Makes and opens `folder`.
  static func open(
    _ folder: String, _ options: TarGzipReader.ExtractionOptions
  ) throws(SnapshotError) -> Extractor {
    do {
      try FileSystem.makeFolders(folder)
      let root = try Folder(path: folder)
      let parent = try root.duplicate()
      let free = try root.freeByteCount()
      return Extractor(
        folder, root: root, parent: parent, byteLimit: options.byteLimit ?? free / 10 * 9,
        fileLimit: options.fileLimit)
    } catch {
      throw SnapshotError(error, what: "cannot write to the folder \(folder)")
    }
  }

  private init(
    _ folder: String, root: consuming Folder, parent: consuming Folder, byteLimit: Int64,
    fileLimit: Int
  ) {
    self.folder = folder
    self.root = root
    self.parent = parent
    self.byteLimit = byteLimit
    self.fileLimit = fileLimit
    let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
    temporaryName = Array(".keepsake-\(suffix).tmp".utf8)
  }

  /// Brings back one member: `nil`, or why that is refused. Throws what ends the whole extraction.
  mutating func restore(
    _ member: TarGzipReader.Member, _ reader: inout TarReader,
    _ extraction: inout TarGzipReader.Extraction
  ) throws(SnapshotError) -> String? {
    let entry = member.entry
    let isFolder = entry.kind == .folder
    if !isFolder {
      let (sum, overflow) = extraction.byteCount.addingReportingOverflow(entry.byteCount)
      guard entry.kind == .symbolicLink || (!overflow && sum <= byteLimit) else {
        throw limitError("the files have more than \(byteLimit) bytes, all that there is room for")
      }
      guard extraction.fileCount + extraction.linkCount < fileLimit else {
        throw limitError("it holds more than \(fileLimit) files")
      }
    }
    do {
      if let reason = try enter(isFolder ? member.path[...] : member.path.dropLast()) {
        return reason
      }
    } catch {
      return try refusal(error, of: member)
    }
    guard !isFolder, let name = member.path.last else { return nil }
    if entry.kind == .symbolicLink {
      let path = Array(member.path.joined(separator: [0x2F]))
      guard LinkTarget.staysInside(entry.linkTarget, at: path) else {
        return "is a symbolic link that leads outside, to \(readableName(entry.linkTarget))"
      }
      do {
        try makeLink(name, to: entry.linkTarget)
      } catch {
        return try refusal(error, of: member)
      }
      extraction.linkCount += 1
      return nil
    }
    if let error = try writeFile(name, entry, &reader) { return try refusal(error, of: member) }
    extraction.fileCount += 1
    extraction.byteCount += entry.byteCount
    return nil
  }

  /// Makes `parent` the folder at `path`; a reason where something else is in the way.
  private mutating func enter(_ path: ArraySlice<[UInt8]>) throws(SystemError) -> String? {
    guard Array(path) != parentPath else { return nil }
    var current = try root.duplicate()
    parentPath = []
    parent = try root.duplicate()
    for (index, name) in path.enumerated() {
      do {
        let next = try current.folder(name, creating: true)
        current = next
      } catch {
        guard error == .notDirectory || error == .tooManyLinks else { throw error }
        let place = readableName(Array(path.prefix(index + 1).joined(separator: [0x2F])))
        return "has a file or a symbolic link, \(place), in the place of its folder"
      }
    }
    parent = current
    parentPath = Array(path)
    return nil
  }

  private func makeLink(_ name: [UInt8], to target: [UInt8]) throws(SystemError) {
    try parent.createLink(temporaryName, to: target)
    do {
      try parent.rename(temporaryName, to: name)
    } catch {
      parent.removeFile(temporaryName)
      throw error
    }
  }

  /// Writes a file under another name and renames it when it is whole. Returns what the file
  /// system refused; throws when the archive ends early.
  private func writeFile(
    _ name: [UInt8], _ entry: TarEntry, _ reader: inout TarReader
  ) throws(SnapshotError) -> SystemError? {
    var damage: SnapshotError?
    do throws(SystemError) {
      let file = try parent.createFile(temporaryName)
      var failure: SystemError?
      do throws(SnapshotError) {
        try reader.readContent { bytes, range throws(SnapshotError) in
          guard failure == nil else { return }
          do throws(SystemError) { try file.write(bytes, range) } catch { failure = error }
        }
      } catch {
        damage = error
      }
      if damage == nil {
        if let failure { throw failure }
        try file.setMode(entry.mode)
        try file.setModified(entry.modified)
        try parent.rename(temporaryName, to: name)
        return nil
      }
    } catch {
      parent.removeFile(temporaryName)
      return error
    }
    parent.removeFile(temporaryName)
    if let damage { throw damage }
    return nil
  }

  /// Why a member was refused, where the others may still go well.
  private func refusal(
    _ error: SystemError, of member: TarGzipReader.Member
  ) throws(SnapshotError) -> String {
    if error == .isDirectory || error == .exists || error == .notEmpty {
      return "has a folder in its place"
    }
    guard !error.isFatal else {
      let name = readableName(Array(member.path.joined(separator: [0x2F])))
      throw SnapshotError(error, what: "cannot write \(folder)/\(name)")
    }
    return "cannot be written: \(error.message)"
  }

  private func limitError(_ why: String) -> SnapshotError {
    SnapshotError(
      .limitExceeded, what: "cannot bring the files back to \(folder)", why: why,
      fix: "Free space, choose another folder, or use `--path` to get a part.")
  }
}
