internal import KeepsakeModel

extension StagingArea {
  /// The name of a snapshot's folder: in the order of staging, and found without reading it.
  static func name(of id: SnapshotID, _ number: Int) -> String { "\(number)-\(id)" }

  /// The identifiers, as text, of the snapshots of which all lies in the areas below `parent`.
  static func held(in parent: String) -> Set<Substring> {
    var found: Set<Substring> = []
    for place in areas(in: parent).flatMap(snapshots(in:)) {
      let manifest = "\(place)/\(SnapshotManifest.name)"
      guard let dash = place.lastIndex(of: "-"),
        (try? FileStatus(path: manifest, followsLinks: false)) != nil
      else { continue }
      found.insert(place[place.index(after: dash)...])
    }
    return found
  }

  /// The areas below `parent`.
  static func areas(in parent: String) -> [String] {
    folders(in: parent).filter { $0.name.hasPrefix(prefix) }.map(\.path)
  }

  /// The folders of an area, oldest first.
  static func snapshots(in area: String) -> [String] {
    folders(in: area).compactMap { folder in
      folder.name.split(separator: "-").first.flatMap { Int($0) }.map { ($0, folder.path) }
    }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// What can be looked into; links could lead elsewhere.
  private static func folders(in parent: String) -> [(name: String, path: String)] {
    ((try? FileSystem.names(in: parent)) ?? []).compactMap { bytes in
      let name = String(decoding: bytes, as: UTF8.self)
      let path = "\(parent)/\(name)"
      let status = try? FileStatus(path: path, followsLinks: false)
      return status?.kind == .folder ? (name, path) : nil
    }
  }
}
