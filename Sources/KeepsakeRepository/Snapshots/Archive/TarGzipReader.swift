package import KeepsakeModel

/// Reads the archive of a snapshot, `<id>.tar.gz`, without trusting it.
///
/// Understands what 0.4.2 wrote (Go's `archive/tar`), what `TarGzipWriter` writes, and ustar, pax
/// and GNU archives in general. An entry that no snapshot holds (a name outside `<id>/`, a device,
/// a hard link, a second entry of the same name) is refused: left out and reported. An archive that
/// is damaged throws `.corrupt`.
///
/// A value; every operation goes through the archive from its start, and blocks.
package struct TarGzipReader: Sendable {
  private enum Source: Sendable {
    case file(String)
    case bytes([UInt8])
  }

  private let source: Source
  private let top: [UInt8]

  /// The archive in the file `path`.
  package init(file path: String, id: SnapshotID) {
    source = .file(path)
    top = Array(id.description.utf8)
  }

  /// The archive whose content is `bytes`.
  package init(bytes: [UInt8], id: SnapshotID) {
    source = .bytes(bytes)
    top = Array(id.description.utf8)
  }

  /// The entries that were left out.
  package struct Refusals: Sendable, Hashable {
    /// The first thousand, in the order of the archive.
    package private(set) var entries: [SkippedFile] = []

    /// How many there are.
    package private(set) var count = 0

    /// Notes an entry.
    mutating func add(_ name: [UInt8], _ reason: String) {
      count += 1
      if count <= 1000 { entries.append(SkippedFile(name: readableName(name), reason: reason)) }
    }
  }

  /// A file or link of an archive whose name is in order.
  struct Member {
    var path: [[UInt8]]
    var entry: TarEntry
  }

  /// Goes through the entries that may be brought back, each of them once. `body` says whether to
  /// go on.
  func forEachMember(
    refusals: inout Refusals,
    _ body: (Member, inout TarReader, inout Refusals) throws(SnapshotError) -> Bool
  ) throws(SnapshotError) {
    var reader = try open()
    // Bytes, not strings: two names that Unicode holds equal are two files.
    var seen: Set<[UInt8]> = []
    while let entry = try reader.next() {
      let path: [[UInt8]]
      switch (EntryPath(entry.name, top: top), entry.kind) {
      case (.refused(let reason), _), (_, .unsupported(let reason)):
        refusals.add(entry.name, reason)
        continue
      case (.inside(let components), _): path = components
      }
      if path.isEmpty {
        if entry.kind != .folder {
          refusals.add(entry.name, "has the name of the snapshot's folder")
        }
        continue
      }
      let name = Array(path.joined(separator: [0x2F]))
      if entry.kind != .folder, !seen.insert(name).inserted {
        refusals.add(name, "is in the archive twice; the first one counts")
        continue
      }
      guard try body(Member(path: path, entry: entry), &reader, &refusals) else { return }
    }
    if let oddity = reader.oddity { refusals.add(Array("(the end)".utf8), oddity) }
  }

  private func open() throws(SnapshotError) -> TarReader {
    let id = String(decoding: top, as: UTF8.self)
    switch source {
    case .bytes(let bytes): return TarReader(GzipReader(bytes: bytes), name: "\(id).tar.gz")
    case .file(let path):
      do {
        return TarReader(try GzipReader(path: path), name: path)
      } catch {
        throw SnapshotError(error, what: "cannot read the archive \(path)")
      }
    }
  }
}
