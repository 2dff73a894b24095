import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `A store on Cloud Storage` {
  @Test func `keeps the promises of an object store`() async throws {
    let fixture = try await GCSFixture()
    try await checkObjectStore(try fixture.store())
  }

  @Test func `may take a whole bucket`() async throws {
    let fixture = try await GCSFixture()
    try await checkObjectStore(fixture.store(root: ""))
  }

  @Test func `lists page by page`() async throws {
    let fixture = try await GCSFixture(FakeGCS(pageSize: 2))
    let store = try fixture.store()
    for name in ["a", "b", "c", "d", "e"] { try await store.put([1], at: "x/\(name)") }
    fixture.server.failNothing()
    #expect(
      try await store.objects(below: "x/").map(\.key) == ["x/a", "x/b", "x/c", "x/d", "x/e"])
    #expect(fixture.server.requestCount == 3)
  }

  @Test func `leaves alone what else is in the bucket`() async throws {
    let fixture = try await GCSFixture()
    try await fixture.store(root: "other").put([7], at: "a")
    try await fixture.store(root: "rootless").put([7], at: "a")
    #expect(try await fixture.store().objects(below: "") == [])
    try await fixture.store().remove("a")
    #expect(fixture.bucket.objects.count == 2)
  }

  @Test func `takes any name that a key may have`() async throws {
    let fixture = try await GCSFixture()
    let store = try fixture.store()
    for key in ["a b/c?d=e&f#g", "ü/%2F", "+/..x"] {
      try await store.put(Array(key.utf8), at: key)
      #expect(try await store.contents(of: key) == Array(key.utf8))
      #expect(try await store.objects(below: key).map(\.key) == [key])
    }
  }

  @Test func `notices content that changed under way`() async throws {
    let fixture = try await GCSFixture()
    let store = try fixture.store()
    try await store.put([1, 2, 3], at: "a")
    fixture.bucket.damage("root/a")
    let error = await #expect(throws: StoreError.self) { try await store.contents(of: "a") }
    #expect(error?.code == .corrupt)
    let other = await #expect(throws: StoreError.self) { try await store.localFile(of: "a") }
    #expect(other?.code == .corrupt)
  }

  @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, 3 << 20])
  func `carries files of every size there and back`(byteCount: Int) async throws {
    let fixture = try await GCSFixture(FakeGCS(keptPart: 3 << 18))
    let store = try fixture.store()
    let text = String(repeating: "x", count: byteCount)
    try fixture.folder.write(text, to: "file")
    try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    let local = try await store.localFile(of: "f")
    #expect(try await DiskStore.readFile(at: local.path) == Array(text.utf8))
    #expect(try permissions(of: local.path) == 0o600)
  }

  @Test func `shows nothing of a file before all of it arrived`() async throws {
    let fixture = try await GCSFixture()
    try fixture.folder.write(String(repeating: "x", count: 3 << 20), to: "file")
    // The login, the beginning and two parts go well, the third is refused.
    fixture.server.fail(4, with: .refusal(.gcsError(403, "no access")))
    let store = try fixture.store()
    await #expect(throws: StoreError.self) {
      try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    }
    #expect(fixture.server.requestCount == 5)
    #expect(fixture.bucket.objects.isEmpty)
  }

  @Test func `begins an upload anew that the server has forgotten`() async throws {
    let fixture = try await GCSFixture()
    try fixture.folder.write(String(repeating: "x", count: 3 << 20), to: "file")
    fixture.server.fail(3, with: .refusal(.gcsError(410, "Gone")))
    try await fixture.store().put(fileAt: "\(fixture.folder.path)/file", at: "f")
    #expect(fixture.bucket.objects["root/f"]?.bytes.count == 3 << 20)
  }

  @Test func `goes on with a part where it broke off`() async throws {
    let fixture = try await GCSFixture(FakeGCS(keptPart: 1 << 18))
    try fixture.folder.write(String(repeating: "x", count: (1 << 20) + 9), to: "file")
    fixture.server.fail(2, with: .lostAnswer)
    try await fixture.store().put(fileAt: "\(fixture.folder.path)/file", at: "f")
    let ranges = fixture.server.requests.compactMap { $0.headers["Content-Range"] }
    #expect(
      ranges == [
        "bytes 0-1048575/1048585", "bytes */1048585", "bytes 262144-1048584/1048585",
      ])
  }
}

@Suite struct `A bucket of Cloud Storage that cannot be used` {
  private func error(
    answer: HTTPResponse, _ body: (GCSStore) async throws -> Void
  ) async throws -> StoreError {
    let fixture = try await GCSFixture()
    fixture.server.fail(1, with: .refusal(answer))
    let store = try fixture.store()
    return try #require(await #expect(throws: StoreError.self) { try await body(store) })
  }

  @Test func `because it is missing`() async throws {
    let fixture = try await GCSFixture()
    let store = try fixture.store(bucket: "nobody")
    for body in [
      { _ = try await store.objects(below: "") },
      { try await store.put([1], at: "a") },
    ] as [@Sendable () async throws -> Void] {
      let error = await #expect(throws: StoreError.self) { try await body() }
      #expect(error?.code == .noBucket)
      #expect(error?.description.contains("gcloud storage buckets create gs://nobody") == true)
    }
    // It is not taken for an empty one.
    await #expect(throws: RepositoryError.self) { try await Repository(store: store).listing() }
  }

  @Test func `because access is denied`() async throws {
    let message = "a@b does not have storage.objects.list access to the bucket."
    let error = try await error(answer: .gcsError(403, message, "forbidden")) {
      _ = try await $0.objects(below: "")
    }
    #expect(error.code == .denied && error.why == message)
    #expect(error.fix.contains("roles/storage.objectViewer"))
  }

  @Test func `because it may only be read`() async throws {
    let error = try await error(answer: .gcsError(403, "a@b may not", "forbidden")) {
      _ = try await $0.put([1], at: "metadata/x")
    }
    #expect(error.what == "cannot write metadata/x")
    #expect(error.fix.contains("roles/storage.objectUser"))
  }

  @Test func `because nobody listens there`() async throws {
    var fixture = try await GCSFixture()
    fixture.environment["STORAGE_EMULATOR_HOST"] = "127.0.0.1:9"
    let store = try fixture.store()
    let error = await #expect(throws: StoreError.self) { try await store.contents(of: "a") }
    #expect(error?.code == .unavailable)
    #expect(error?.description.contains("STORAGE_EMULATOR_HOST") == true)
  }
}

@Suite struct `An emulator of Cloud Storage` {
  @Test(arguments: ["", "http://"], ["", "/", "/storage/v1/"])
  func `is asked without credentials`(scheme: String, path: String) async throws {
    let server = try await TestServer { request in
      request.headers["Authorization"] == nil && request.target.hasPrefix("/storage/v1/b/bucket/o?")
        ? .json([:]) : .gcsError(400, "wrong")
    }
    var fixture = try await GCSFixture()
    let host = server.url.dropFirst("http://".count)
    fixture.environment["STORAGE_EMULATOR_HOST"] = "\(scheme)\(host)\(path)"
    #expect(try await fixture.store().objects(below: "") == [])
  }

  @Test func `has an address`() async throws {
    var fixture = try await GCSFixture()
    fixture.environment["STORAGE_EMULATOR_HOST"] = "not an address"
    #expect(throws: StoreError.self) { try fixture.store() }
  }
}
