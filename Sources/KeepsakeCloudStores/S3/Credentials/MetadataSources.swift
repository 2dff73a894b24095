internal import KeepsakeModel
internal import KeepsakeStores

/// The credentials service of a container (ECS, EKS, Greengrass).
struct ContainerSource: CredentialSource {
  func find(_ context: CredentialContext) async throws(StoreError) -> CredentialFinding {
    let settings = context.settings
    let url: String
    if let path = settings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      url = "http://169.254.170.2\(path)"
    } else if let full = settings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      url = full
    } else {
      return .absent("container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set")
    }
    let place = "the container's credentials service"
    guard let parts = URLParts(String(url.prefix { $0 != "?" })), Self.isTrusted(parts) else {
      throw CredentialContext.failure(
        place, "its address must use https or lie on this machine")
    }
    var headers = HTTPHeaders()
    if let file = settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      guard let token = try AWSSettings.text(at: file) else {
        throw CredentialContext.failure(place, "\(file) does not exist")
      }
      headers["Authorization"] = token.split(whereSeparator: \.isNewline).joined()
    } else if let token = settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
      headers["Authorization"] = token
    }
    let json = try await context.json(
      HTTPRequest("GET", url, headers: headers, timeout: .seconds(5)), from: place)
    guard let credentials = AWSCredentials(metadata: json) else {
      throw CredentialContext.failure(place, "its answer has no keys")
    }
    return .found(credentials)
  }

  /// Keys are not fetched from elsewhere without encryption.
  private static func isTrusted(_ url: URLParts) -> Bool {
    url.scheme == "https"
      || ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost", "::1"].contains(url.host)
      || url.host.hasPrefix("127.")
  }
}

/// The metadata service of an EC2 instance, version 2.
struct InstanceMetadataSource: CredentialSource {
  func find(_ context: CredentialContext) async throws(StoreError) -> CredentialFinding {
    let settings = context.settings
    if settings.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
      return .absent("instance metadata: AWS_EC2_METADATA_DISABLED is set")
    }
    let given = settings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
    guard let base = URLParts(given) else {
      throw CredentialContext.failure(
        "instance metadata", URLParts.refusal(of: given, called: "its address"))
    }
    let root = "\(base.origin)/latest"
    let token: [UInt8]
    do throws(StoreError) {
      token = try await context.send(
        HTTPRequest(
          "PUT", "\(root)/api/token",
          headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"], timeout: .seconds(1)),
        from: "instance metadata")
    } catch {
      // Most machines are no instances.
      return .absent("instance metadata: \(error.why)")
    }
    let headers: HTTPHeaders = [
      "X-aws-ec2-metadata-token": String(decoding: token, as: UTF8.self)
    ]
    let roles = "\(root)/meta-data/iam/security-credentials/"
    let role: String
    do throws(StoreError) {
      let text = try await context.send(
        HTTPRequest("GET", roles, headers: headers, timeout: .seconds(5)),
        from: "instance metadata")
      role = String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
    } catch {
      return .absent("instance metadata: the instance has no role (\(error.why))")
    }
    let json = try await context.json(
      HTTPRequest(
        "GET", roles + PercentEncoding.encoded(role), headers: headers, timeout: .seconds(5)),
      from: "instance metadata")
    guard let credentials = AWSCredentials(metadata: json) else {
      throw CredentialContext.failure("instance metadata", "its answer has no keys")
    }
    return .found(credentials)
  }
}
