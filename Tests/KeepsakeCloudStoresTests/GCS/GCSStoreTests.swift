import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `A store on Cloud Storage` {
  @Test func `shows nothing of a file before all of it arrived`() async throws {
    let fixture = try await GCSFixture()
    try fixture.folder.write(String(repeating: "x", count: 7 << 18), to: "file")
    // The login, the beginning and two parts go well, the third is refused.
    fixture.server.fail(4, with: .refusal(.gcsError(403, "no access")))
    let store = try fixture.store()
    await #expect(throws: StoreError.self) {
      try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    }
    #expect(fixture.server.requestCount == 5)
    #expect(fixture.objectCount == 0)
  }

  @Test func `begins an upload anew that the server has forgotten`() async throws {
    let fixture = try await GCSFixture()
    try fixture.folder.write(String(repeating: "x", count: 3 << 18), to: "file")
    fixture.server.fail(3, with: .refusal(.gcsError(410, "Gone")))
    try await fixture.store().put(fileAt: "\(fixture.folder.path)/file", at: "f")
    #expect(fixture.bucket.objects["root/f"]?.bytes.count == 3 << 18)
  }

  @Test func `goes on with a part where it broke off`() async throws {
    let fixture = try await GCSFixture(FakeGCS(keptPart: 1 << 17))
    try fixture.folder.write(String(repeating: "x", count: (1 << 18) + 9), to: "file")
    fixture.server.fail(2, with: .lostAnswer)
    try await fixture.store().put(fileAt: "\(fixture.folder.path)/file", at: "f")
    let ranges = fixture.server.requests.compactMap { $0.headers["Content-Range"] }
    #expect(
      ranges == [
        "bytes 0-262143/262153", "bytes */262153", "bytes 131072-262152/262153",
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
      { _ = try await store.object(at: "a") },
      { _ = try await store.contents(of: "a") },
      { _ = try await store.localFile(of: "a") },
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

@Suite struct `Settings of Google's cloud` {
  @Test func `may have white space around them, as secrets of CI systems have`() async throws {
    var fixture = try await GCSFixture()
    for name in fixture.environment.keys where name != "HOME" {
      fixture.environment[name]? += "\r\n"
    }
    #expect(try await fixture.store().objects(below: "") == [])
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

  @Test(arguments: ["STORAGE_EMULATOR_HOST", "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"])
  func `has an address, whose secrets are not shown`(variable: String) async throws {
    var fixture = try await GCSFixture()
    fixture.environment[variable] = "http://u:swordfish@127.0.0.1:9"
    let error = #expect(throws: StoreError.self) { try fixture.store() }
    #expect(error?.why.hasPrefix("its address http://127.0.0.1:9 has a user name") == true)
    #expect(error?.description.contains("swordfish") == false)
  }

  @Test func `has an address`() async throws {
    var fixture = try await GCSFixture()
    fixture.environment["STORAGE_EMULATOR_HOST"] = "not an address"
    #expect(throws: StoreError.self) { try fixture.store() }
  }
}
