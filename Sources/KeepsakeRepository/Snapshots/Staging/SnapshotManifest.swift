internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeStores

/// What the folder of staged files says about them, so that a later process can store them.
///
/// `manifest.json` comes last, and goes first: a folder that has one has all of the files.
///
/// | member | value |
/// |---|---|
/// | `version` | 1 |
/// | `experiment` | the id of the experiment |
/// | `checkpoint` | the id of the checkpoint; missing for the experiment's own files |
/// | `files` | a list of the members below |
///
/// | member | value |
/// |---|---|
/// | `path`, `size`, `mode`, `modified` | the name in the project, bytes, permission bits, seconds since 1970 |
/// | `link` | the target of a symbolic link |
/// | `copy` | a number: the name of the file with the content |
///
/// The content of a file with neither `link` nor `copy` follows that of the one before in `pack`.
struct SnapshotManifest: Equatable {
  static let name = "manifest.json"

  private static let version: Int64 = 1

  /// Several million files.
  private static let byteLimit = 1 << 30

  var experiment: ExperimentID
  var id: SnapshotID
  var files: [StagedFile]
}

// MARK: - Writing

extension SnapshotManifest {
  /// Writes the manifest into the folder `place`, all or nothing.
  func write(to place: String) throws(SystemError) {
    let temporary = "\(place)/\(Self.name).new"
    let bytes = encoded
    try FileDescriptor(path: temporary, .create).write(bytes, 0..<bytes.count)
    try FileSystem.move(temporary, to: "\(place)/\(Self.name)")
  }

  var encoded: [UInt8] {
    var writer = JSONWriter(indented: false)
    writer.object { writer in
      writer.name("version")
      writer.integer(Self.version)
      writer.name("experiment")
      writer.identifier(experiment.bits)
      if case .checkpoint(let id) = id {
        writer.name("checkpoint")
        writer.identifier(id.bits)
      }
      writer.name("files")
      writer.array { writer in
        for file in files {
          writer.element()
          writer.stagedFile(file)
        }
      }
    }
    return writer.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func stagedFile(_ file: StagedFile) {
    object { writer in
      writer.name("path")
      writer.string(file.path)
      for (name, number) in [
        ("size", file.byteCount), ("mode", Int64(file.mode)), ("modified", file.modified),
      ] {
        writer.name(name)
        writer.integer(number)
      }
      switch file.content {
      case .pack: break
      case .file(let number):
        writer.name("copy")
        writer.integer(number)
      case .link(let target):
        writer.name("link")
        writer.string(target)
      }
    }
  }
}

// MARK: - Reading

extension SnapshotManifest {
  /// What a folder holds.
  enum Reading: Equatable {
    /// All of a snapshot.
    case complete(SnapshotManifest)
    /// Parts of one, which nobody can store.
    case incomplete
    /// What this version cannot tell: a newer one wrote it, or the disk does not let it be read.
    case unknown
  }

  /// Reads the manifest of the folder `place`, and looks whether the files are as it says: after a
  /// power cut, the name of a file may be there without its content.
  static func read(from place: String) -> Reading {
    let bytes: [UInt8]
    do {
      bytes = try WholeFile.read("\(place)/\(name)", limit: byteLimit)
    } catch {
      return error.isMissing ? .incomplete : .unknown
    }
    let value = try? JSONCursor.read(bytes.span) { cursor throws(JSONError) in try cursor.value() }
    if case .integer(let version)? = value?["version"], version > Self.version { return .unknown }
    guard let manifest = value.flatMap(SnapshotManifest.init(json:)), manifest.isWhole(in: place)
    else { return .incomplete }
    return .complete(manifest)
  }

  private init?(json: JSONValue) {
    guard let experiment = json["experiment"]?.stringValue.flatMap({ ExperimentID($0) }),
      case .array(let list)? = json["files"]
    else { return nil }
    self.experiment = experiment
    id = .experiment(experiment)
    if let text = json["checkpoint"] {
      guard let checkpoint = text.stringValue.flatMap({ CheckpointID($0) }) else { return nil }
      id = .checkpoint(checkpoint)
    }
    files = []
    files.reserveCapacity(list.count)
    var packEnd: Int64 = 0
    for item in list {
      guard let file = StagedFile(json: item, packEnd: &packEnd) else { return nil }
      files.append(file)
    }
  }

  private func isWhole(in place: String) -> Bool {
    func byteCount(of name: String) -> Int64? {
      let status = try? FileStatus(path: "\(place)/\(name)", followsLinks: false)
      return status?.kind == .regular ? status?.byteCount : nil
    }
    var packEnd: Int64 = 0
    for file in files {
      switch file.content {
      case .pack(let offset): packEnd = offset + file.byteCount
      case .file(let number):
        guard byteCount(of: String(number)) == file.byteCount else { return false }
      case .link: break
      }
    }
    return byteCount(of: FileCopier.packName) == packEnd
  }
}

extension StagedFile {
  fileprivate init?(json: JSONValue, packEnd: inout Int64) {
    func number(_ name: String) -> Int64? {
      guard case .integer(let number)? = json[name] else { return nil }
      return number
    }
    guard let path = json["path"]?.stringValue, isValidKey(path),
      let byteCount = number("size"), byteCount >= 0,
      let mode = number("mode").flatMap({ UInt32(exactly: $0) }), mode <= 0o777,
      let modified = number("modified")
    else { return nil }
    let content: Content
    if let link = json["link"] {
      guard let target = link.stringValue, !target.utf8.contains(0), byteCount == 0 else {
        return nil
      }
      content = .link(target)
    } else if let copy = json["copy"] {
      guard case .integer(let number) = copy, number > 0 else { return nil }
      content = .file(number)
    } else {
      let (end, overflow) = packEnd.addingReportingOverflow(byteCount)
      if overflow { return nil }
      content = .pack(offset: packEnd)
      packEnd = end
    }
    self.init(
      path: path, byteCount: byteCount, mode: mode, modified: modified, content: content)
  }
}
