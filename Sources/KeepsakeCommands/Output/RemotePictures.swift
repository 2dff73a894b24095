internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository
internal import KeepsakeStores

/// The pictures that notes show, in a repository that is not on this machine.
///
/// A tarball can be fetched as a whole only. Small ones are, once for each picture; those of weights
/// never.
struct RemotePictures: Sendable {
  let repository: Repository

  /// Where pictures are kept, named after their content; `nil` to fetch them every time.
  let cache: (any ObjectStore)?

  /// Tarballs of more bytes are left where they are.
  static let tarballLimit: Int64 = 16_000_000

  /// The folder of the person who runs the command, if there is one.
  static func cache(environment: [String: String]) -> (any ObjectStore)? {
    CachingStore.folder(environment: environment).map { DiskStore(root: $0) }
  }

  /// The content of a picture; `nil` for other files, and for what is too large.
  func contents(of file: SnapshotFile, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
    guard let digest = file.digest, PictureType(path: file.path) != nil, file.byteCount <= limit
    else { return nil }
    let key = "pictures/\(digest.hex)"
    if let bytes = try? await cache?.contents(of: key), bytes.count == file.byteCount {
      return bytes
    }
    guard let tarball = try? await repository.store.object(at: RepositoryLayout.tarball(snapshot)),
      tarball.byteCount <= Self.tarballLimit,
      let bytes = try? await repository.contents(of: file.path, in: snapshot, limit: limit)
    else { return nil }
    // A cache that cannot be written only costs time, so nothing is said.
    _ = try? await cache?.put(bytes, at: key, if: .always, durability: .processExit)
    return bytes
  }
}
