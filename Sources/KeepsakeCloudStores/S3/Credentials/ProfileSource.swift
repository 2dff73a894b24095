internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeStores

/// A profile in the files of AWS's command line: keys, a role, or a single sign-on.
struct ProfileSource: CredentialSource {
  func find(_ context: CredentialContext) async throws(StoreError) -> CredentialFinding {
    let settings = context.settings
    let name = settings.profileName
    guard settings.profile(name) != nil else {
      let files = settings.files.map { "\($0.path)\($0.exists ? "" : " (no such file)")" }
        .joined(separator: ", ")
      if settings.variable("AWS_PROFILE") != nil {
        throw CredentialContext.failure("profile \(name)", "there is no such profile in \(files)")
      }
      return .absent("profile \(name): not in \(files)")
    }
    guard let credentials = try await credentials(of: name, context, visited: []) else {
      return .absent("profile \(name): it has no keys")
    }
    return .found(credentials)
  }

  /// The credentials of a profile; `nil` where it says nothing about them.
  private func credentials(
    of name: String, _ context: CredentialContext, visited: [String]
  ) async throws(StoreError) -> AWSCredentials? {
    let place = "profile \(name)"
    guard let profile = context.settings.profile(name) else {
      throw CredentialContext.failure(place, "there is no such profile")
    }
    if let role = profile["role_arn"], !visited.contains(name) {
      return try await assume(role, name, profile, context, visited: visited)
    }
    if let id = profile["aws_access_key_id"], let key = profile["aws_secret_access_key"] {
      return AWSCredentials(
        accessKeyID: id, secretAccessKey: Secret(key),
        sessionToken: profile["aws_session_token"].map(Secret.init))
    }
    if profile["sso_account_id"] != nil || profile["sso_session"] != nil {
      return try await SingleSignOn(name: name, profile: profile, context: context).credentials()
    }
    if profile["credential_process"] != nil {
      throw StoreError(
        .denied, what: "cannot get AWS credentials from \(place)",
        why: "it uses credential_process, which Keepsake does not start",
        fix:
          "Run `eval \"$(aws configure export-credentials --profile \(name) --format env)\"` first."
      )
    }
    return nil
  }

  private func assume(
    _ role: String, _ name: String, _ profile: [String: String], _ context: CredentialContext,
    visited: [String]
  ) async throws(StoreError) -> AWSCredentials {
    let session = profile["role_session_name"]
    if let file = profile["web_identity_token_file"] {
      return try await WebIdentitySource.credentials(
        role: role, session: session, file: file, context)
    }
    guard profile["mfa_serial"] == nil else {
      throw StoreError(
        .denied, what: "cannot get AWS credentials from profile \(name)",
        why: "its role wants a code from a device (mfa_serial)",
        fix:
          "Run `eval \"$(aws configure export-credentials --profile \(name) --format env)\"` first."
      )
    }
    let base: AWSCredentials?
    if let source = profile["source_profile"] {
      guard !visited.contains(source) || source == name else {
        throw CredentialContext.failure("profile \(name)", "source_profile leads in a circle")
      }
      base = try await credentials(of: source, context, visited: visited + [name])
    } else {
      let source: any CredentialSource =
        switch profile["credential_source"] {
        case "Environment": EnvironmentSource()
        case "EcsContainer": ContainerSource()
        case "Ec2InstanceMetadata": InstanceMetadataSource()
        default:
          throw CredentialContext.failure(
            "profile \(name)", "it has role_arn, but neither source_profile nor credential_source")
        }
      base =
        if case .found(let credentials) = try await source.find(context) { credentials } else {
          nil
        }
    }
    guard let base else {
      throw CredentialContext.failure("profile \(name)", "its source has no keys")
    }
    return try await TokenService(context: context).assumeRole(
      role, session: session, externalID: profile["external_id"], as: base)
  }
}

/// A profile for which a person signed in with `aws sso login`.
struct SingleSignOn: Sendable {
  let name: String
  let profile: [String: String]
  let context: CredentialContext

  func credentials() async throws(StoreError) -> AWSCredentials {
    let session = profile["sso_session"]
    let values = session.flatMap { context.settings.section("sso-session", $0) } ?? profile
    guard let region = values["sso_region"], let account = profile["sso_account_id"],
      let role = profile["sso_role_name"], let start = values["sso_start_url"]
    else {
      throw CredentialContext.failure(
        "profile \(name)",
        "its single sign-on lacks sso_region, sso_start_url, sso_account_id or sso_role_name")
    }
    let token = try await token(named: session ?? start)
    let query =
      "account_id=\(PercentEncoding.encoded(account))&role_name=\(PercentEncoding.encoded(role))"
    let answer = try await context.json(
      HTTPRequest(
        "GET",
        "https://portal.sso.\(region).\(S3Endpoint.domain(of: region))/federation/credentials?\(query)",
        headers: ["x-amz-sso_bearer_token": token.value]), from: "profile \(name)")
    guard let keys = answer["roleCredentials"], let id = keys["accessKeyId"]?.stringValue,
      let key = keys["secretAccessKey"]?.stringValue
    else { throw expired }
    var expiration: Timestamp?
    if case .integer(let milliseconds)? = keys["expiration"], milliseconds < 1 << 43 {
      expiration = Timestamp(nanoseconds: milliseconds * 1_000_000)
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(key),
      sessionToken: keys["sessionToken"]?.stringValue.map(Secret.init), expiration: expiration)
  }

  /// The token that signing in left in a file named after the session's SHA-1.
  private func token(named session: String) async throws(StoreError) -> Secret {
    let home = context.settings.environment["HOME"] ?? ""
    let path = "\(home)/.aws/sso/cache/\(Digests.sha1(Array(session.utf8))).json"
    guard let text = try AWSSettings.text(at: path) else { throw expired }
    let json = try? JSONCursor.read(Array(text.utf8).span) { cursor throws(JSONError) in
      try cursor.value()
    }
    guard let token = json?["accessToken"]?.stringValue,
      let end = json?["expiresAt"]?.stringValue.flatMap({ Timestamp($0) }), end > context.now
    else { throw expired }
    return Secret(token)
  }

  private var expired: StoreError {
    StoreError(
      .denied, what: "cannot get AWS credentials from profile \(name)",
      why: "nobody is signed in, or no longer", fix: "Run `aws sso login --profile \(name)`.")
  }
}
