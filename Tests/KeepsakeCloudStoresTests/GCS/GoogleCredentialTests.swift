import Crypto
import CryptoExtras
import FoundationEssentials
import Keepsake
import KeepsakeCloudStores
import KeepsakeJSON
import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport
import Synchronization
import Testing

@Suite struct `Google's credentials` {
  private static let start = literal(Timestamp("2026-01-01T00:00:00Z"))

  @Test func `of a service account are a signed claim`() async throws {
    let fixture = try await GCSFixture()
    _ = try await fixture.store(now: { Self.start }).objects(below: "")
    let login = try #require(fixture.server.requests.first)
    let body = String(decoding: login.body, as: UTF8.self)
    let head = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
    #expect(login.method == "POST" && login.path == "/token" && body.hasPrefix(head))
    let parts = body.dropFirst(head.count).split(separator: ".").map(String.init)
    try #require(parts.count == 3)
    let header = try json(parts[0])
    #expect(header["alg"] == "RS256" && header["kid"] == "k1")
    let claims = try json(parts[1])
    #expect(claims["iss"] == "trainer@project.iam.gserviceaccount.com")
    #expect(claims["aud"] == .string("\(fixture.server.url)/token"))
    #expect(claims["scope"] == "https://www.googleapis.com/auth/devstorage.read_write")
    #expect(claims["iat"] == .integer(Self.start.seconds))
    #expect(claims["exp"] == .integer(Self.start.seconds + 3600))
    let signature = _RSA.Signing.RSASignature(rawRepresentation: Data(try bytes(parts[2])))
    let key = try #require(GCSFixture.privateKey).publicKey
    #expect(
      key.isValidSignature(
        signature, for: SHA256.hash(data: Array("\(parts[0]).\(parts[1])".utf8)),
        padding: .insecurePKCS1v1_5))
  }

  private func bytes(_ base64URL: String) throws -> [UInt8] {
    var text = base64URL.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    while text.count % 4 != 0 { text.append("=") }
    return Array(try #require(Data(base64Encoded: String(text))))
  }

  private func json(_ base64URL: String) throws -> JSONValue {
    let bytes = try bytes(base64URL)
    return try JSONCursor.read(bytes.span) { cursor throws(JSONError) in try cursor.value() }
  }

  @Test func `of a person are a refresh token`() async throws {
    for variable in ["CLOUDSDK_CONFIG", "HOME"] {
      var fixture = try await GCSFixture()
      fixture.environment["GOOGLE_APPLICATION_CREDENTIALS"] = nil
      fixture.environment["HOME"] = nil
      fixture.environment[variable] = fixture.folder.path
      let folder = variable == "HOME" ? ".config/gcloud/" : ""
      try fixture.folder.write(
        """
        {"type": "authorized_user", "client_id": "i&d", "client_secret": "s", \
        "refresh_token": "r/1", "token_uri": "\(fixture.server.url)/token"}
        """, to: "\(folder)application_default_credentials.json")
      #expect(try await fixture.store().objects(below: "") == [])
      let body = try #require(fixture.server.requests.first).body
      #expect(
        String(decoding: body, as: UTF8.self)
          == "grant_type=refresh_token&client_id=i%26d&client_secret=s&refresh_token=r%2F1")
    }
  }

  @Test func `of a machine in Google's cloud come from its metadata server`() async throws {
    var fixture = try await GCSFixture()
    let bucket = fixture.bucket
    let metadata = try await TestServer { request in
      guard request.headers["Metadata-Flavor"] == "Google",
        request.path == "/computeMetadata/v1/instance/service-accounts/default/token"
      else { return HTTPResponse(status: 404) }
      return bucket.respond(
        ReceivedRequest(method: "GET", target: "/token", headers: [:], body: []))
    }
    fixture.environment["GOOGLE_APPLICATION_CREDENTIALS"] = nil
    fixture.environment["NO_GCE_CHECK"] = nil
    fixture.environment["GCE_METADATA_HOST"] = String(metadata.url.dropFirst("http://".count))
    #expect(try await fixture.store().objects(below: "") == [])
    #expect(metadata.requestCount == 1)
  }

  @Test func `are asked for once by many requests at once`() async throws {
    let fixture = try await GCSFixture()
    let store = try fixture.store()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = try? await store.objects(below: "") } }
    }
    #expect(fixture.bucket.tokenCount == 1)
  }

  @Test func `are renewed before they end, and when they are refused`() async throws {
    let fixture = try await GCSFixture()
    let time = Clock(Self.start)
    let store = try fixture.store(now: { time.value })
    try await store.put([1], at: "a")
    time.advance(3000)
    #expect(try await store.contents(of: "a") == [1])
    #expect(fixture.bucket.tokenCount == 1)
    time.advance(500)
    #expect(try await store.contents(of: "a") == [1])
    #expect(fixture.bucket.tokenCount == 2)
    fixture.bucket.endTokens()
    #expect(try await store.contents(of: "a") == [1])
    #expect(fixture.bucket.tokenCount == 3)
  }

  @Test func `that go on being refused are an error`() async throws {
    let fixture = try await GCSFixture()
    let refusing = try await TestServer { request in
      request.path == "/token"
        ? fixture.bucket.respond(request) : .gcsError(401, "Invalid Credentials")
    }
    var other = fixture
    other.environment["CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"] = refusing.url
    let store = try other.store()
    let error = await #expect(throws: StoreError.self) { try await store.contents(of: "a") }
    #expect(error?.code == .denied)
    #expect(error?.why.contains("trainer@project.iam.gserviceaccount.com") == true)
    #expect(refusing.requestCount == 2)
  }

  @Test func `are signed with the server's time where the clock is wrong`() async throws {
    let fixture = try await GCSFixture()
    fixture.server.fail(
      0,
      with: .refusal(
        .json(
          ["error": "invalid_grant", "error_description": "Invalid JWT: iat"], status: 400,
          headers: ["Date": Self.start.httpDate])))
    _ = try await fixture.store(now: { literal(Timestamp("2020-01-01T00:00:00Z")) })
      .objects(below: "")
    let assertion = String(decoding: fixture.server.requests[1].body, as: UTF8.self)
      .split(separator: ".")
    #expect(try json(String(assertion[1]))["iat"] == .integer(Self.start.seconds))
  }

  @Test func `that are nowhere are an error that says where they were looked for`() async throws {
    var fixture = try await GCSFixture()
    fixture.environment["GOOGLE_APPLICATION_CREDENTIALS"] = nil
    let store = try fixture.store()
    let error = try #require(
      await #expect(throws: StoreError.self) { try await store.objects(below: "") })
    for place in [
      "GOOGLE_APPLICATION_CREDENTIALS",
      "\(fixture.folder.path)/.config/gcloud/application_default_credentials.json",
      "NO_GCE_CHECK", "gcloud auth application-default login",
    ] {
      #expect(error.description.contains(place), "\(error)")
    }
  }

  @Test func `in a bad file are an error that names the file, and no secret`() async throws {
    let changes: [([String: JSONValue], String)] = [
      (["private_key": "-----BEGIN PRIVATE KEY-----\nc3dvcmRmaXNo\n"], "RSA"),
      (["client_email": JSONValue.null], "client_email"),
      (["type": "external_account"], "external_account"),
      (["type": JSONValue.null], "no file with Google's credentials"),
      (["token_uri": "http://evil.example/token"], "token_uri"),
    ]
    for (change, reason) in changes {
      let fixture = try await GCSFixture()
      try fixture.writeKey(change)
      let store = try fixture.store()
      let error = try #require(
        await #expect(throws: StoreError.self) { try await store.objects(below: "") })
      #expect(error.code == .denied && error.description.contains(reason), "\(error)")
      #expect(error.description.contains("\(fixture.folder.path)/key.json"))
      #expect(!error.description.contains("c3dvcmRmaXNo") && !error.description.contains("BEGIN"))
    }
    var fixture = try await GCSFixture()
    fixture.environment["GOOGLE_APPLICATION_CREDENTIALS"] = "/nowhere.json"
    let store = try fixture.store()
    let error = await #expect(throws: StoreError.self) { try await store.objects(below: "") }
    #expect(error?.description.contains("/nowhere.json") == true)
  }

  @Test func `go to no place without encryption`() async throws {
    var fixture = try await GCSFixture()
    fixture.environment["CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"] = "http://evil.example"
    #expect(throws: StoreError.self) { try fixture.store() }
  }
}

/// A clock that a test sets.
private final class Clock: Sendable {
  private let time: Mutex<Timestamp>

  init(_ time: Timestamp) { self.time = Mutex(time) }

  var value: Timestamp { time.withLock { $0 } }

  func advance(_ seconds: Int64) {
    time.withLock { $0 = Timestamp(nanoseconds: $0.nanoseconds + seconds * 1_000_000_000) }
  }
}
