internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository
internal import KeepsakeStores

/// The saved files of a repository, as a report asks for them.
struct RepositorySnapshots: SnapshotSource {
  let repository: Repository

  /// Where the lists of tarballs are kept that have none; `nil` to read them every time.
  var cache: FileListCache?

  /// The recorded list; on a disk also the list of a tarball that 0.4.2 wrote, which must be read
  /// to its end once.
  func index(of snapshot: SnapshotID) async -> FileIndex? {
    if let index = try? await repository.fileIndex(of: snapshot) { return index }
    guard repository.store is DiskStore,
      let tarball = try? await repository.store.object(at: RepositoryLayout.tarball(snapshot))
    else { return nil }
    if let index = await cache?.index(of: snapshot, in: tarball) { return index }
    guard let index = try? await repository.files(of: snapshot) else { return nil }
    await cache?.keep(index, of: snapshot, in: tarball)
    return index
  }

  func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
    try? await repository.contents(of: path, in: snapshot, limit: limit)
  }
}

/// Lists of the files in tarballs, kept between reports in the user's cache folder.
struct FileListCache: Sendable {
  private let store: any ObjectStore

  init(store: any ObjectStore) { self.store = store }

  /// The cache of the person who runs the command; `nil` where there is none.
  init?(environment: [String: String]) {
    guard let folder = CachingStore.folder(environment: environment) else { return nil }
    store = DiskStore(root: folder)
  }

  private static func key(_ snapshot: SnapshotID) -> String { "files/\(snapshot).json" }

  /// The list of a tarball that has not changed since.
  func index(of snapshot: SnapshotID, in tarball: StoredObject) async -> FileIndex? {
    guard let bytes = try? await store.contents(of: Self.key(snapshot)),
      let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      bytes[..<end].elementsEqual(Self.stamp(tarball).utf8)
    else { return nil }
    return try? FileIndex.decode(Array(bytes[(end + 1)...]))
  }

  /// Keeps a list. A cache that cannot be written only costs time, so nothing is said.
  func keep(_ index: FileIndex, of snapshot: SnapshotID, in tarball: StoredObject) async {
    let bytes = Array("\(Self.stamp(tarball))\n".utf8) + index.encoded
    _ = try? await store.put(bytes, at: Self.key(snapshot), if: .always, durability: .processExit)
  }

  private static func stamp(_ tarball: StoredObject) -> String {
    "\(tarball.byteCount) \(tarball.modified) \(tarball.version.mark)"
      .replacing("\n", with: " ")
  }
}
