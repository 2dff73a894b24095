internal import KeepsakeModel
internal import KeepsakeStores

/// AWS's Security Token Service: credentials for a while.
struct TokenService: Sendable {
  let context: CredentialContext

  /// The credentials of a role, for the bearer of a token that an identity provider made.
  func assumeRole(
    _ role: String, session: String?, webToken: String
  ) async throws(StoreError) -> AWSCredentials {
    try await ask(
      "AssumeRoleWithWebIdentity", role: role, session: session,
      ["WebIdentityToken": webToken], signer: nil)
  }

  /// The credentials of a role, for someone who has other credentials.
  func assumeRole(
    _ role: String, session: String?, externalID: String?, as credentials: AWSCredentials
  ) async throws(StoreError) -> AWSCredentials {
    try await ask(
      "AssumeRole", role: role, session: session, externalID.map { ["ExternalId": $0] } ?? [:],
      signer: RequestSigner(credentials: credentials, region: region, service: "sts"))
  }

  private var region: String { context.settings.region ?? "us-east-1" }

  private var endpoint: String {
    context.settings.variable("AWS_ENDPOINT_URL_STS")
      ?? context.settings.variable("AWS_ENDPOINT_URL")
      ?? "https://sts.\(region).\(S3Endpoint.domain(of: region))"
  }

  private func ask(
    _ action: String, role: String, session: String?, _ parameters: [String: String],
    signer: RequestSigner?
  ) async throws(StoreError) -> AWSCredentials {
    let place = "the role \(role)"
    guard let url = URLParts(endpoint) else {
      throw CredentialContext.failure(
        place, URLParts.refusal(of: endpoint, called: "the endpoint"))
    }
    var form = parameters
    form["Action"] = action
    form["Version"] = "2011-06-15"
    form["RoleArn"] = role
    form["RoleSessionName"] = session ?? "keepsake"
    let text = form.map { "\($0)=\(PercentEncoding.encoded($1))" }.sorted().joined(separator: "&")
    let body = Array(text.utf8)
    var headers: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded"]
    if let signer {
      headers = signer.headers(
        of: .init(
          method: "POST", host: url.authority, path: "/", headers: headers,
          payloadHash: Digests.sha256(body)), at: context.now)
    }
    let answer = try await context.send(
      HTTPRequest("POST", "\(url.origin)/", headers: headers, body: .bytes(body)), from: place)
    let result = XMLElement(parsing: answer)?["\(action)Result"]?["Credentials"]
    guard let id = result?["AccessKeyId"]?.text, let key = result?["SecretAccessKey"]?.text else {
      throw CredentialContext.failure(place, "the answer of \(url.authority) has no keys")
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(key),
      sessionToken: (result?["SessionToken"]?.text).map(Secret.init),
      expiration: (result?["Expiration"]?.text).flatMap { Timestamp($0) })
  }
}

/// A role for the bearer of a token in a file, as Kubernetes and CI systems put one there.
struct WebIdentitySource: CredentialSource {
  func find(_ context: CredentialContext) async throws(StoreError) -> CredentialFinding {
    let settings = context.settings
    guard let file = settings.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else {
      return .absent("web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set")
    }
    guard let role = settings.variable("AWS_ROLE_ARN") else {
      throw CredentialContext.failure(
        "web identity", "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not")
    }
    return .found(
      try await Self.credentials(
        role: role, session: settings.variable("AWS_ROLE_SESSION_NAME"), file: file, context))
  }

  /// Reads the token each time, because whoever put it there renews it.
  static func credentials(
    role: String, session: String?, file: String, _ context: CredentialContext
  ) async throws(StoreError) -> AWSCredentials {
    guard let text = try AWSSettings.text(at: file) else {
      throw CredentialContext.failure("web identity", "\(file) does not exist")
    }
    let token = text.split(whereSeparator: \.isWhitespace).joined()
    return try await TokenService(context: context)
      .assumeRole(role, session: session, webToken: token)
  }
}
