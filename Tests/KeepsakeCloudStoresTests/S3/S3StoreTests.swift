import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `A store on S3` {
  @Test func `keeps the promises of an object store`() async throws {
    let fixture = try await S3Fixture()
    try await checkObjectStore(fixture.store())
    #expect(fixture.bucket.openUploadCount == 0)
  }

  @Test func `may take a whole bucket`() async throws {
    let fixture = try await S3Fixture()
    try await checkObjectStore(fixture.store(root: ""))
  }

  @Test func `lists page by page`() async throws {
    let fixture = try await S3Fixture(FakeS3(pageSize: 2))
    let store = fixture.store()
    for name in ["a", "b", "c", "d", "e"] { try await store.put([1], at: "x/\(name)") }
    fixture.server.failNothing()
    #expect(
      try await store.objects(below: "x/").map(\.key) == ["x/a", "x/b", "x/c", "x/d", "x/e"])
    #expect(fixture.server.requestCount == 3)
  }

  @Test func `leaves alone what else is in the bucket`() async throws {
    let fixture = try await S3Fixture()
    try await fixture.store(root: "other").put([7], at: "a")
    try await fixture.store(root: "rootless").put([7], at: "a")
    #expect(try await fixture.store().objects(below: "") == [])
    try await fixture.store().remove("a")
    #expect(fixture.bucket.objects.count == 2)
  }

  @Test func `notices content that changed under way`() async throws {
    let fixture = try await S3Fixture()
    let store = fixture.store()
    try await store.put([1, 2, 3], at: "a")
    fixture.bucket.damage("root/a")
    let error = await #expect(throws: StoreError.self) { try await store.contents(of: "a") }
    #expect(error?.code == .corrupt)
    let other = await #expect(throws: StoreError.self) { try await store.localFile(of: "a") }
    #expect(other?.code == .corrupt)
  }

  @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, 5 << 20])
  func `carries files of every size there and back`(byteCount: Int) async throws {
    let fixture = try await S3Fixture()
    let store = fixture.store()
    let text = String(repeating: "x", count: byteCount)
    try fixture.folder.write(text, to: "file")
    try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    let local = try await store.localFile(of: "f")
    #expect(try await DiskStore.readFile(at: local.path) == Array(text.utf8))
    #expect(fixture.bucket.openUploadCount == 0)
  }

  @Test func `drops the parts of an upload that fails`() async throws {
    let fixture = try await S3Fixture()
    let store = fixture.store()
    try fixture.folder.write(String(repeating: "x", count: 3 << 20), to: "file")
    fixture.server.fail(2, with: .refusal(.s3Error(403, "AccessDenied")))
    await #expect(throws: StoreError.self) {
      try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    }
    #expect(fixture.bucket.openUploadCount == 0)
    #expect(fixture.bucket.objects.isEmpty)
    #expect(fixture.folder.read("file")?.utf8.count == 3 << 20)
  }

  @Test func `fetches a file again that is replaced meanwhile`() async throws {
    let fixture = try await S3Fixture()
    let store = fixture.store()
    try fixture.folder.write(String(repeating: "x", count: 3 << 20), to: "file")
    try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    // As if the object had changed between its first part and the next.
    fixture.server.fail(1, with: .refusal(.s3Error(412, "PreconditionFailed")))
    let local = try await store.localFile(of: "f")
    #expect(try await DiskStore.readFile(at: local.path).count == 3 << 20)
  }

  @Test func `keeps files on their way to itself`() async throws {
    let fixture = try await S3Fixture()
    let store = fixture.store()
    try await store.put([1], at: "a")
    let local = try await store.localFile(of: "a")
    #expect(try permissions(of: local.path) == 0o600)
    #expect(try permissions(of: try store.scratchFolder) == 0o700)
  }
}
