import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport
import Synchronization
import Testing

/// Looks for credentials in an environment, a home folder and a server that stands for all services.
private struct Search {
  let folder = TemporaryFolder()
  var environment: [String: String]
  var now = literal(Timestamp("2026-01-01T00:00:00Z"))

  init(_ environment: [String: String] = [:]) {
    self.environment = environment.merging(
      ["HOME": folder.path, "AWS_EC2_METADATA_DISABLED": "true"]) { mine, _ in mine }
  }

  func chain(now clock: (@Sendable () -> Timestamp)? = nil) async throws -> CredentialChain {
    let now = now
    let settings = try AWSSettings(environment: environment)
    let clock = clock ?? { now }
    return CredentialChain(
      settings: settings,
      runner: RequestRunner(
        transport: AsyncHTTPTransport(environment: [:]),
        clock: RetryClock(now: { .now }, sleep: { _ in true }, random: { 0 })), now: clock)
  }

  func credentials() async throws -> AWSCredentials { try await chain().credentials() }
}

private let stsAnswer = """
  <AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
  <AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
  <Expiration>2026-01-01T01:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
  </AssumeRoleWithWebIdentityResponse>
  """

@Suite struct `AWS credentials` {
  @Test func `come from the environment first`() async throws {
    let search = Search([
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T",
    ])
    try search.folder.write("[default]\naws_access_key_id = B\n", to: ".aws/credentials")
    #expect(
      try await search.credentials()
        == AWSCredentials(
          accessKeyID: "A", secretAccessKey: Secret("S"), sessionToken: Secret("T")))
  }

  @Test func `come from the default profile, and from the one that is named`() async throws {
    var search = Search()
    try search.folder.write(
      """
      # made by hand
      [default]
      aws_access_key_id = D
      aws_secret_access_key = a/b+c=  ; mine
      [lab]
      aws_access_key_id=L
      aws_secret_access_key=l
      """, to: ".aws/credentials")
    #expect(
      try await search.credentials()
        == AWSCredentials(accessKeyID: "D", secretAccessKey: Secret("a/b+c=")))
    search.environment["AWS_PROFILE"] = "lab"
    #expect(try await search.credentials().accessKeyID == "L")
    search.environment["AWS_PROFILE"] = "absent"
    let error = await #expect(throws: StoreError.self) { try await search.credentials() }
    #expect(error?.description.contains("absent") == true)
  }

  @Test func `come from a role that a profile's source may take`() async throws {
    let server = try await TestServer { request in
      let body = String(decoding: request.body, as: UTF8.self)
      let isSigned = request.headers["Authorization"]?.contains("Credential=SOURCE/") == true
      guard isSigned, body.contains("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr") else {
        return .s3Error(403, "AccessDenied")
      }
      return .xml(stsAnswer.replacing("WithWebIdentity", with: ""))
    }
    let search = Search(["AWS_PROFILE": "role", "AWS_ENDPOINT_URL_STS": server.url])
    try search.folder.write(
      """
      [profile role]
      role_arn = arn:aws:iam::1:role/r
      source_profile = source
      [profile source]
      aws_access_key_id = SOURCE
      aws_secret_access_key = s
      """, to: ".aws/config")
    let credentials = try await search.credentials()
    #expect(credentials.accessKeyID == "ROLE")
    #expect(credentials.expiration == Timestamp("2026-01-01T01:00:00Z"))
  }

  @Test func `refuse profiles that lead in a circle`() async throws {
    let search = Search(["AWS_PROFILE": "a"])
    try search.folder.write(
      """
      [profile a]
      role_arn = x
      source_profile = b
      [profile b]
      role_arn = y
      source_profile = a
      """, to: ".aws/config")
    let error = await #expect(throws: StoreError.self) { try await search.credentials() }
    #expect(error?.why.contains("circle") == true)
  }

  @Test func `come from a web identity`() async throws {
    let server = try await TestServer { request in
      String(decoding: request.body, as: UTF8.self).contains("WebIdentityToken=token%2B")
        ? .xml(stsAnswer) : .s3Error(403, "AccessDenied")
    }
    var search = Search(["AWS_ROLE_ARN": "r", "AWS_ENDPOINT_URL_STS": server.url])
    try search.folder.write("token+\n", to: "token")
    search.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = "\(search.folder.path)/token"
    #expect(try await search.credentials().accessKeyID == "ROLE")
  }

  @Test func `come from a container's service`() async throws {
    let server = try await TestServer { request in
      request.headers["Authorization"] == "pass"
        ? .xml(#"{"AccessKeyId":"C","SecretAccessKey":"s","Token":"t"}"#)
        : HTTPResponse(status: 401)
    }
    var search = Search([
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/creds?x=1",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN": "pass",
    ])
    #expect(try await search.credentials().accessKeyID == "C")
    search.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://192.0.2.1/creds"
    await #expect(throws: StoreError.self) { try await search.credentials() }
  }

  @Test func `come from an instance's metadata, version 2`() async throws {
    let server = try await TestServer { request in
      if request.method == "PUT", request.path == "/latest/api/token" { return .xml("ticket") }
      guard request.headers["X-aws-ec2-metadata-token"] == "ticket" else {
        return HTTPResponse(status: 401)
      }
      switch request.path {
      case "/latest/meta-data/iam/security-credentials/": return .xml("my-role")
      case "/latest/meta-data/iam/security-credentials/my-role":
        return .xml(
          #"{"AccessKeyId":"I","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-01T06:00:00Z"}"#
        )
      default: return HTTPResponse(status: 404)
      }
    }
    let search = Search([
      "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_EC2_METADATA_DISABLED": "false",
    ])
    #expect(try await search.credentials().accessKeyID == "I")
  }

  @Test func `come from a single sign-on, until it ends`() async throws {
    var search = Search(["AWS_PROFILE": "sso"])
    try search.folder.write(
      """
      [profile sso]
      sso_session = s
      sso_account_id = 1
      sso_role_name = r
      [sso-session s]
      sso_region = eu-central-1
      sso_start_url = https://example.org/start
      """, to: ".aws/config")
    let error = await #expect(throws: StoreError.self) { try await search.credentials() }
    #expect(error?.fix == "Run `aws sso login --profile sso`.")
    // SHA-1 of "s".
    try search.folder.write(
      #"{"accessToken":"t","expiresAt":"2025-12-31T00:00:00Z"}"#,
      to: ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json")
    search.now = literal(Timestamp("2026-01-01T00:00:00Z"))
    let ended = await #expect(throws: StoreError.self) { try await search.credentials() }
    #expect(ended?.fix == "Run `aws sso login --profile sso`.")
  }

  @Test func `are asked for once by many, and again before they end`() async throws {
    let server = try await TestServer { _ in .xml(stsAnswer) }
    var search = Search(["AWS_ROLE_ARN": "r", "AWS_ENDPOINT_URL_STS": server.url])
    try search.folder.write("token", to: "token")
    search.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = "\(search.folder.path)/token"
    let box = ClockBox(search.now)
    let chain = try await search.chain(now: { box.time })
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<10 { group.addTask { _ = try? await chain.credentials() } }
    }
    #expect(server.requestCount == 1)
    box.time = literal(Timestamp("2026-01-01T00:57:00Z"))
    _ = try await chain.credentials()
    #expect(server.requestCount == 2)
  }

  @Test func `that are nowhere give a list of all that was tried`() async throws {
    let search = Search()
    let error = await #expect(throws: StoreError.self) { try await search.credentials() }
    let text = "\(try #require(error))"
    for place in [
      "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "\(search.folder.path)/.aws/config",
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "instance metadata", "aws configure",
    ] {
      #expect(text.contains(place))
    }
  }

  @Test func `are never printed`() {
    let credentials = AWSCredentials(
      accessKeyID: "A", secretAccessKey: Secret("swordfish"), sessionToken: Secret("swordfish"))
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped] {
      #expect(!text.contains("swordfish"))
    }
  }
}

private final class ClockBox: Sendable {
  private let state: Mutex<Timestamp>

  init(_ time: Timestamp) { state = Mutex(time) }

  var time: Timestamp {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
