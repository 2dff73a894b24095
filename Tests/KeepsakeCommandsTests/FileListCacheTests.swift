import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@testable import KeepsakeCommands

@Suite struct `Lists of files in old tarballs` {
  private let snapshot = SnapshotID.experiment(literal(ExperimentID(digits("a1"))))
  private let index = FileIndex([
    SnapshotFile(
      path: "train.py", byteCount: 12, mode: 0o644, digest: ContentDigest(digits("f0")))
  ])

  private func tarball(version: String) -> StoredObject {
    StoredObject(key: "x.tar.gz", byteCount: 100, modified: 7, version: ObjectVersion(version))
  }

  @Test func `are kept until the tarball changes`() async {
    let cache = FileListCache(store: MemoryStore())
    #expect(await cache.index(of: snapshot, in: tarball(version: "1")) == nil)
    await cache.keep(index, of: snapshot, in: tarball(version: "1"))
    #expect(await cache.index(of: snapshot, in: tarball(version: "1")) == index)
    #expect(await cache.index(of: snapshot, in: tarball(version: "2")) == nil)
  }

  @Test func `are read again when what was kept is damaged`() async throws {
    let store = MemoryStore()
    let cache = FileListCache(store: store)
    await cache.keep(index, of: snapshot, in: tarball(version: "1"))
    let key = try #require(try await store.objects(below: "").first?.key)
    try await store.put(Array("100 7 1\n{\"fil".utf8), at: key)
    #expect(await cache.index(of: snapshot, in: tarball(version: "1")) == nil)
  }

  @Test func `are kept nowhere without a home folder`() {
    #expect(FileListCache(environment: ["XDG_CACHE_HOME": "relative"]) == nil)
    #expect(FileListCache(environment: ["HOME": "/home/ada", "KEEPSAKE_CACHE": "off"]) == nil)
    #expect(FileListCache(environment: ["HOME": "/home/ada"]) != nil)
  }
}
