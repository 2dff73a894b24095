internal import KeepsakeModel

/// A file or a symbolic link that a snapshot is to hold.
package struct WalkedFile: Sendable, Hashable {
  /// The path relative to the project.
  package var path: String

  /// The size when it was looked at; 0 for a symbolic link.
  package var byteCount: Int64

  /// The permission bits.
  package var mode: UInt32

  /// The last change, in seconds since 1970.
  package var modified: Int64

  /// Where a symbolic link points; `nil` for a file.
  package var linkTarget: String?

  /// Whether the content is that of the file which a symbolic link at `path` points to.
  var followsLink = false
}

/// The files of a snapshot, as they were found in the project.
///
/// A symbolic link that stays inside the path is kept as a link. One that leads out of it to a
/// file stands for that file's content, since it could not be restored otherwise; one that leads
/// out to a folder is kept as a link and its content is not. The path itself may be a link.
package struct FileWalk: Sendable {
  /// The project's folder.
  package let project: String

  /// What was asked for.
  package let path: SnapshotPath

  /// The files, sorted bytewise by path.
  package private(set) var files: [WalkedFile] = []

  /// What was left out although no rule says so, in the order in which it was found.
  package private(set) var skipped: [SkippedFile] = []

  /// The size of all files.
  package private(set) var byteCount: Int64 = 0

  /// Lists what is to be stored of `path`.
  ///
  /// `excluded` are further files and folders to leave out, wherever they lie: the repository
  /// itself and what it keeps. One that holds the project is passed over, since nothing would be
  /// left. A file that cannot be read is skipped and reported; that the path holds no file at all is
  /// an error, `.noFiles`. Takes one look at every file and reads no content.
  package init(
    _ path: SnapshotPath, project: String, rules: IgnoreRules, excluding excluded: [String] = []
  ) throws(SnapshotError) {
    self.project = project
    self.path = path
    var walker = Walker(project: project, rules: rules, excluded: excluded)
    try walker.start(at: path)
    files = walker.files.sorted { $0.path.utf8Precedes($1.path) }
    skipped = walker.skipped
    byteCount = files.reduce(0) { $0 &+ $1.byteCount }
    if files.isEmpty {
      throw SnapshotError(
        .noFiles, what: "no files to save below \"\(path)\" in \(project)",
        why: walker.emptyReason, fix: "Choose another path, or leave the path out.")
    }
  }
}

/// The state of a walk.
private struct Walker {
  let project: String
  let rules: IgnoreRules
  private let excluded: Set<Place>
  /// What is excluded by its folder and its name, since it may appear during the walk.
  private let excludedEntries: Set<Entry>
  private var root = ""
  private var ignoredCount = 0
  private var environment: String?
  private var isInExcluded = false
  private(set) var files: [WalkedFile] = []
  private(set) var skipped: [SkippedFile] = []

  private struct Place: Hashable {
    var device: UInt64
    var inode: UInt64

    init(_ status: FileStatus) { (device, inode) = (status.device, status.inode) }

    init?(_ path: String) {
      guard let status = try? FileStatus(path: path, followsLinks: true) else { return nil }
      self.init(status)
    }
  }

  private struct Entry: Hashable {
    var folder: Place
    var name: String
  }

  init(project: String, rules: IgnoreRules, excluded: [String]) {
    self.project = project
    self.rules = rules
    let holders = Self.holders(of: project)
    self.excluded = Set(excluded.compactMap { Place($0) }).subtracting(holders)
    excludedEntries = Set(
      excluded.compactMap { path in
        let parts = path.split(separator: "/")
        guard let name = parts.last, name != ".", name != "..",
          let folder = Place("/" + parts.dropLast().joined(separator: "/")),
          Place(path).map({ !holders.contains($0) }) ?? true
        else { return nil }
        return Entry(folder: folder, name: String(name))
      })
  }

  /// The folder at `path` and all those above it.
  private static func holders(of path: String) -> Set<Place> {
    var holders: Set<Place> = []
    var path = path
    while let place = Place(path), holders.insert(place).inserted { path += "/.." }
    return holders
  }

  /// Why nothing was found.
  var emptyReason: String {
    if let environment {
      return "\(environment) holds \(IgnoreRules.environmentMarker), so it is a Python environment"
    }
    if isInExcluded { return "it lies in the repository, which is never saved in itself" }
    if let first = skipped.first {
      return skipped.count == 1
        ? "\(first.name) was skipped, because it \(first.reason)"
        : "all \(skipped.count) files were skipped, the first because it \(first.reason)"
    }
    return ignoredCount > 0 ? "the ignore rules leave out everything there" : "there is no file"
  }

  mutating func start(at path: SnapshotPath) throws(SnapshotError) {
    root = path.relative == "." ? "" : path.relative
    let status: FileStatus
    do {
      status = try FileStatus(path: path.absolute(in: project), followsLinks: true)
    } catch {
      throw SnapshotError(error, what: "cannot save path \"\(path)\" of \(project)")
    }
    let isFolder = status.kind == .folder
    if !root.isEmpty, rules.ignores(root, isFolder: isFolder) {
      ignoredCount += 1
      return
    }
    var folder = ""
    for component in root.split(separator: "/") {
      guard !isEnvironment(folder) else { return }
      folder = Self.join(folder, String(component))
      if let place = Place(absolute(folder)), excluded.contains(place) {
        isInExcluded = true
        return
      }
    }
    guard isFolder else { return add(root, status, isRoot: true) }
    var folders = [(path: root, place: Place(status))]
    while let folder = folders.popLast() { visit(folder.path, folder.place, &folders) }
  }

  private mutating func visit(
    _ folder: String, _ place: Place, _ folders: inout [(path: String, place: Place)]
  ) {
    let names: [[UInt8]]
    do {
      names = try FileSystem.names(in: absolute(folder))
    } catch {
      skip(folder.isEmpty ? "." : folder, "cannot be listed: \(error.message)")
      return
    }
    let marker = Array(IgnoreRules.environmentMarker.utf8)
    if names.contains(marker) {
      ignoredCount += 1
      if folder == root { environment = folder.isEmpty ? "the project directory" : folder }
      return
    }
    for name in names {
      guard let text = String(validating: name, as: UTF8.self) else {
        let prefix = folder.isEmpty ? "" : "\(folder)/"
        skip(prefix + readableName(name), "has a name that is not UTF-8")
        continue
      }
      let path = Self.join(folder, text)
      do {
        let status = try FileStatus(path: absolute(path), followsLinks: false)
        guard !rules.ignoresItself(Array(path.utf8)[...], isFolder: status.kind == .folder) else {
          ignoredCount += 1
          continue
        }
        if isExcluded(text, in: place, status) {
          ignoredCount += 1
        } else if status.kind == .folder {
          folders.append((path, Place(status)))
        } else {
          add(path, status)
        }
      } catch {
        // Gone between listing and looking: the same as never there.
        if !error.isMissing { skip(path, "cannot be looked at: \(error.message)") }
      }
    }
  }

  private func isExcluded(_ name: String, in folder: Place, _ status: FileStatus) -> Bool {
    excluded.contains(Place(status))
      || excludedEntries.contains(Entry(folder: folder, name: name))
  }

  private mutating func add(_ path: String, _ status: FileStatus, isRoot: Bool = false) {
    var file = WalkedFile(
      path: path, byteCount: status.byteCount, mode: status.mode, modified: status.modified)
    switch status.kind {
    case .regular: file.followsLink = isRoot
    case .symbolicLink: return addLink(&file)
    case .folder: return
    case .other(let kind): return skip(path, "is \(kind)")
    }
    files.append(file)
  }

  private mutating func addLink(_ file: inout WalkedFile) {
    do {
      let bytes = try FileSystem.linkTarget(of: absolute(file.path))
      guard let target = String(validating: bytes, as: UTF8.self) else {
        return skip(file.path, "is a link to a name that is not UTF-8")
      }
      if !LinkTarget.staysInside(bytes, at: Array(file.path.utf8), root: Array(root.utf8)),
        let status = try? FileStatus(path: absolute(file.path), followsLinks: true),
        status.kind == .regular
      {
        file.byteCount = status.byteCount
        file.mode = status.mode
        file.modified = status.modified
        file.followsLink = true
      } else {
        file.byteCount = 0
        file.mode = 0o777
        file.linkTarget = target
      }
      files.append(file)
    } catch {
      skip(file.path, "is a link that cannot be read: \(error.message)")
    }
  }

  private mutating func skip(_ name: String, _ reason: String) {
    skipped.append(SkippedFile(name: readableName(name.utf8), reason: reason))
  }

  private mutating func isEnvironment(_ folder: String) -> Bool {
    let marker = absolute(Self.join(folder, IgnoreRules.environmentMarker))
    guard (try? FileStatus(path: marker, followsLinks: false)) != nil else { return false }
    environment = folder.isEmpty ? "the project directory" : folder
    return true
  }

  private func absolute(_ path: String) -> String { path.isEmpty ? project : "\(project)/\(path)" }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : "\(folder)/\(name)"
  }
}
