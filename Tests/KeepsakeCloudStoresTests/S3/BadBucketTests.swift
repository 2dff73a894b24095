import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Synchronization
import Testing

@Suite struct `A bucket that cannot be used` {
  private func error(
    answer: HTTPResponse, _ body: (S3Store) async throws -> Void
  ) async throws -> StoreError {
    var fixture = try await S3Fixture()
    let server = try await TestServer { _ in answer }
    fixture.environment["AWS_ENDPOINT_URL_S3"] = server.url
    let store = try fixture.store()
    return try #require(await #expect(throws: StoreError.self) { try await body(store) })
  }

  @Test func `because it is missing`() async throws {
    let fixture = try await S3Fixture()
    let store = try fixture.store(bucket: "nobody")
    let error = await #expect(throws: StoreError.self) { try await store.objects(below: "") }
    #expect(error?.code == .noBucket)
    #expect(error?.why == "there is no bucket called nobody")
    #expect(error?.fix.contains("aws s3 mb s3://nobody") == true)
    // It is not taken for an empty one, or for one without the object.
    await #expect(throws: RepositoryError.self) { try await Repository(store: store).listing() }
    let other = await #expect(throws: StoreError.self) { try await store.object(at: "a") }
    #expect(other?.code == .noBucket)
  }

  @Test func `is asked for once at most`() async throws {
    let fixture = try await S3Fixture()
    let store = try fixture.store()
    for _ in 0..<3 { #expect(try await store.object(at: "a") == nil) }
    #expect(fixture.server.requestCount == 4)
  }

  @Test func `because access is denied`() async throws {
    let error = try await error(answer: .s3Error(403, "AccessDenied", message: "Access Denied")) {
      _ = try await $0.objects(below: "")
    }
    #expect(error.code == .denied)
    #expect(error.why.contains("AccessDenied") && error.fix.contains("s3:ListBucket"))
  }

  @Test func `because it may only be read`() async throws {
    let error = try await error(answer: .s3Error(403, "AccessDenied")) {
      _ = try await $0.put([1], at: "metadata/x")
    }
    #expect(error.what == "cannot write metadata/x" && error.fix.contains("allow you s3:PutObject"))
  }

  @Test func `because the key is unknown, or does not fit`() async throws {
    let unknown = try await error(answer: .s3Error(403, "InvalidAccessKeyId")) {
      _ = try await $0.contents(of: "a")
    }
    #expect(unknown.why == "S3 does not know the access key")
    let wrong = try await error(answer: .s3Error(403, "SignatureDoesNotMatch")) {
      _ = try await $0.contents(of: "a")
    }
    #expect(wrong.why == "the secret key does not belong to the access key")
  }

  @Test func `because the store has no conditional writes`() async throws {
    let error = try await error(answer: .s3Error(501, "NotImplemented")) {
      _ = try await $0.put([1], at: "a", if: .absent, durability: .powerCut)
    }
    #expect(error.code == .invalid && error.fix.contains("If-None-Match"))
  }

  @Test func `because nobody listens there`() async throws {
    var fixture = try await S3Fixture()
    fixture.environment["AWS_ENDPOINT_URL_S3"] = "http://127.0.0.1:9"
    let error = await #expect(throws: StoreError.self) {
      try await fixture.store().contents(of: "a")
    }
    #expect(error?.code == .unavailable && error?.why.contains("127.0.0.1:9") == true)
  }

  @Test func `because it does not speak TLS`() async throws {
    var fixture = try await S3Fixture()
    fixture.environment["AWS_ENDPOINT_URL_S3"] = "https" + fixture.server.url.dropFirst(4)
    let store = try fixture.store()
    let error = await #expect(throws: StoreError.self) { try await store.contents(of: "a") }
    #expect(error?.why.hasSuffix(" does not speak TLS") == true)
    #expect(error?.fix.contains("http://") == true)
  }

  @Test(arguments: ["http://u:swordfish@h", "http://h?token=swordfish"])
  func `because of its endpoint, whose secrets are not shown`(endpoint: String) async throws {
    var fixture = try await S3Fixture()
    fixture.environment["AWS_ENDPOINT_URL_S3"] = endpoint
    let error = #expect(throws: StoreError.self) { try fixture.store() }
    #expect(error?.why.hasPrefix("its endpoint http://h ") == true)
    #expect(error?.description.contains("swordfish") == false)
  }

  @Test func `says what it did not take of an ended program's records`() async throws {
    let bucket = FakeS3()
    var fixture = try await S3Fixture(bucket)
    let server = try await TestServer { request in
      request.method == "PUT" && request.path.contains("/journals/")
        ? .s3Error(403, "AccessDenied") : bucket.respond(request)
    }
    fixture.environment["AWS_ENDPOINT_URL_S3"] = server.url
    let id = literal(ExperimentID(String(repeating: "2", count: 64)))
    let key = "\(RepositoryLayout.journal(id))1.jsonl"
    func leave() throws {
      try fixture.store().appender(at: key).append(Array("{}\n{}\n".utf8))
    }
    try leave()
    let problems = try await Repository(store: fixture.store()).listing().problems
    #expect(problems.map(\.place) == [key])
    let reason = problems.first?.reason ?? ""
    #expect(reason.hasPrefix("2 records are on this machine only, because the repository did not"))
    #expect(reason.contains("AccessDenied") && reason.contains("s3:PutObject"))
  }

  @Test func `because its name is none`() async throws {
    let fixture = try await S3Fixture()
    for name in ["x", "a b", "bucket/../other", "ü", "a@b"] {
      let error = await #expect(throws: StoreError.self) {
        try await fixture.store(bucket: name).contents(of: "a")
      }
      #expect(error?.code == .invalid, "\(name)")
    }
  }
}

@Suite struct `A bucket in another region` {
  @Test(arguments: [
    (301, "PermanentRedirect"), (400, "AuthorizationHeaderMalformed"), (307, "TemporaryRedirect"),
  ])
  func `is found, and remembered`(status: Int, code: String) async throws {
    let bucket = FakeS3()
    var fixture = try await S3Fixture(bucket)
    let server = try await TestServer { request in
      request.headers["Authorization"]?.contains("/eu-west-3/s3/") == true
        ? bucket.respond(request)
        : .s3Error(status, code, headers: ["x-amz-bucket-region": "eu-west-3"])
    }
    fixture.environment["AWS_ENDPOINT_URL_S3"] = server.url
    let store = try fixture.store()
    try await store.put([1], at: "a")
    #expect(server.requestCount == 2)
    #expect(try await store.contents(of: "a") == [1])
    #expect(server.requestCount == 3)
  }

  @Test func `that is none is an error, not an address`() async throws {
    var fixture = try await S3Fixture()
    let server = try await TestServer { _ in
      .s3Error(301, "PermanentRedirect", headers: ["x-amz-bucket-region": "evil.example/"])
    }
    fixture.environment["AWS_ENDPOINT_URL_S3"] = server.url
    let error = await #expect(throws: StoreError.self) {
      try await fixture.store().contents(of: "a")
    }
    #expect(error?.fix == "Set AWS_REGION to the bucket's region.")
    #expect(server.requestCount == 1)
  }
}

@Suite struct `Credentials and clocks` {
  @Test func `that ended are replaced once`() async throws {
    let bucket = FakeS3()
    var fixture = try await S3Fixture(bucket)
    let metadata = try await TestServer { request in
      switch request.path {
      case "/latest/api/token": return .xml("t")
      case "/latest/meta-data/iam/security-credentials/": return .xml("r")
      default:
        bucket.accessKeys.withLock { _ = $0.insert("NEW") }
        return .xml(#"{"AccessKeyId":"NEW","SecretAccessKey":"s"}"#)
      }
    }
    bucket.accessKeys.withLock { $0 = [] }
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"] {
      fixture.environment[name] = nil
    }
    fixture.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.url
    let store = try fixture.store()
    try await store.put([1], at: "a")
    bucket.accessKeys.withLock { $0 = [] }
    metadata.failNothing()
    #expect(try await store.contents(of: "a") == [1])
    #expect(metadata.requestCount == 3)
  }

  @Test func `that go wrong by hours are corrected`() async throws {
    let fixture = try await S3Fixture(
      FakeS3(now: { literal(Timestamp("2030-01-01T00:00:00Z")) }))
    let store = try S3Store(
      bucket: "bucket", root: "root",
      options: fixture.options(now: { literal(Timestamp("2026-01-01T00:00:00Z")) }))
    try await store.put([1], at: "a")
    #expect(fixture.server.requestCount == 2)
    #expect(try await store.contents(of: "a") == [1])
    #expect(fixture.server.requestCount == 3)
  }
}
