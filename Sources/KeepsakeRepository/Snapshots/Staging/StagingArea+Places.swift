internal import KeepsakeModel

extension StagingArea {
  /// The name of a snapshot's folder: in the order of staging, and found without reading it.
  static func name(of id: SnapshotID, _ number: Int) -> String { "\(number)-\(id)" }

  /// Whether all of the snapshot `id` lies in one of the areas below `parent`.
  static func holds(_ id: SnapshotID, in parent: String) -> Bool {
    let ending = "-\(id)"
    return areas(in: parent).contains { area in
      snapshots(in: area).contains { place in
        place.hasSuffix(ending)
          && (try? FileStatus(path: "\(place)/\(SnapshotManifest.name)", followsLinks: false))
            != nil
      }
    }
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
