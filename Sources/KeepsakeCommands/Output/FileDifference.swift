internal import KeepsakeModel
internal import KeepsakeRepository

/// Prints how the files of snapshots differ, as `diff -u` does.
struct FileDifference {
  let repository: Repository
  let session: Session
  let items: [Selection]

  /// Compares the first item with each other one.
  ///
  /// - Returns: whether every file could be read.
  func print() async throws -> Bool {
    var isComplete = true
    let first = try await SnapshotFiles(of: items[0], in: repository)
    for item in items.dropFirst() {
      let other = try await SnapshotFiles(of: item, in: repository)
      let paths = Set(first.entries.keys).union(other.entries.keys)
      let changed = paths.filter { !Self.areEqual(first.entries[$0], other.entries[$0]) }
        .sorted { $0.utf8Precedes($1) }
      if changed.isEmpty {
        session.console.info("The files of \(name(items[0])) and \(name(item)) are the same.")
      }
      let old = try await contents(of: changed.compactMap { first.entries[$0] })
      let new = try await contents(of: changed.compactMap { other.entries[$0] })
      for path in changed {
        let sides = (first.entries[path], other.entries[path])
        isComplete =
          print(
            path, name(items[0]), sides.0.map { old[$0.file.path] ?? .unreadable },
            name(item), sides.1.map { new[$0.file.path] ?? .unreadable }) && isComplete
      }
    }
    return isComplete
  }

  /// What one side has at a path.
  private enum Content {
    case bytes([UInt8])
    case link(String)
    case tooLarge(Int64)
    case unreadable
  }

  private static func areEqual(_ a: SnapshotFiles.Entry?, _ b: SnapshotFiles.Entry?) -> Bool {
    guard let a, let b else { return false }
    if a.snapshot == b.snapshot { return true }
    return a.file.digest == b.file.digest && a.file.linkTarget == b.file.linkTarget
  }

  private func name(_ item: Selection) -> String {
    item.choice == .given ? item.checkpoint?.id.short ?? "" : item.experiment.id.short
  }

  /// The contents by path; each snapshot is read once.
  private func contents(of entries: [SnapshotFiles.Entry]) async throws -> [String: Content] {
    var result: [String: Content] = [:]
    for (snapshot, entries) in Dictionary(grouping: entries, by: \.snapshot) {
      let paths = entries.map(\.file.path)
      let contents = try await repository.contents(
        ofAll: paths, in: snapshot, limit: TextDiff.byteLimit)
      for (path, content) in zip(paths, contents) {
        switch content {
        case .bytes(let bytes)?: result[path] = .bytes(bytes)
        case .link(let target)?: result[path] = .link(target)
        case .tooLarge(let count)?: result[path] = .tooLarge(count)
        case nil: result[path] = .unreadable
        }
      }
    }
    return result
  }

  private func print(
    _ path: String, _ oldName: String, _ old: Content?, _ newName: String, _ new: Content?
  ) -> Bool {
    let path = ControlCharacters.replaced(in: path)
    let names = (
      old == nil ? "/dev/null" : "\(oldName)/\(path)",
      new == nil ? "/dev/null" : "\(newName)/\(path)"
    )
    for case .unreadable? in [old, new] {
      session.console.warning("Cannot read \(path): the snapshot lists it, but does not hold it")
      return false
    }
    guard let (a, b) = Self.texts(old, new), let diff = TextDiff(old: a, new: b) else {
      session.print("Binary files \(names.0) and \(names.1) differ\(Self.sizes(old, new))")
      return true
    }
    let style = session.style
    session.print(style.heading("--- \(names.0)").rendered)
    session.print(style.heading("+++ \(names.1)").rendered)
    for hunk in diff.hunks { session.output.write(Self.text(hunk, style)) }
    return true
  }

  private static func text(_ hunk: TextDiff.Hunk, _ style: Style) -> String {
    var text = style.faint(hunk.header).rendered + "\n"
    for line in hunk.lines {
      let content = ControlCharacters.replaced(in: line.text, keepingTabs: true)
      switch line.change {
      case .none: text += " \(content)"
      case .removed: text += style.removed("-\(content)").rendered
      case .added: text += style.added("+\(content)").rendered
      }
      text += line.endsInNewline ? "\n" : "\n\\ No newline at end of file\n"
    }
    return text
  }

  private static func texts(_ old: Content?, _ new: Content?) -> ([UInt8], [UInt8])? {
    func bytes(_ content: Content?) -> [UInt8]? {
      switch content {
      case nil: []
      case .bytes(let bytes): bytes
      case .link(let target): Array("link to \(target)\n".utf8)
      case .tooLarge, .unreadable: nil
      }
    }
    guard let a = bytes(old), let b = bytes(new) else { return nil }
    return (a, b)
  }

  private static func sizes(_ old: Content?, _ new: Content?) -> String {
    func size(_ content: Content?) -> String {
      switch content {
      case .bytes(let bytes): ByteText.text(Int64(bytes.count))
      case .tooLarge(let count): ByteText.text(count)
      default: "none"
      }
    }
    return " (\(size(old)), \(size(new)))"
  }
}
