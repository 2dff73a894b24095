internal import KeepsakeModel
internal import KeepsakeStores

extension StagingArea {
  /// The name of a snapshot's folder: in the order of staging, and found without reading it.
  static func name(of id: SnapshotID, _ number: Int) -> String { "\(number)-\(id)" }

  /// The identifiers, as text, of the snapshots of which all lies in the areas below `parent`.
  static func held(in parent: String) -> Set<Substring> {
    areas(in: parent).reduce(into: []) { $0.formUnion(held(inArea: $1)) }
  }

  /// The same of one area.
  static func held(inArea area: String) -> Set<Substring> {
    var found: Set<Substring> = []
    for place in snapshots(in: area) {
      let manifest = "\(place)/\(SnapshotManifest.name)"
      guard let dash = place.lastIndex(of: "-"),
        (try? FileStatus(path: manifest, followsLinks: false)) != nil
      else { continue }
      found.insert(place[place.index(after: dash)...])
    }
    return found
  }

  /// What waits in the folders beside `folder`, which other stores have: how many snapshots, by the
  /// store's address. Blocks.
  package static func held(beside folder: String) -> [(address: String, count: Int)] {
    guard let slash = folder.lastIndex(of: "/") else { return [] }
    return folders(in: String(folder[..<slash])).compactMap { other in
      let count = other.path == folder ? 0 : held(in: other.path).count
      if count == 0 { return nil }
      let bytes = try? WholeFile.read("\(other.path)/\(ScratchFolder.addressName)", limit: 4096)
      return (bytes.map { String(decoding: $0, as: UTF8.self) } ?? other.path, count)
    }.sorted { $0.address < $1.address }
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
