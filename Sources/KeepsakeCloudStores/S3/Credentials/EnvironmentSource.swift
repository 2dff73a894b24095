internal import KeepsakeStores

/// Keys in the environment's variables.
struct EnvironmentSource: CredentialSource {
  func find(_ context: CredentialContext) async throws(StoreError) -> CredentialFinding {
    let settings = context.settings
    guard let id = settings.variable("AWS_ACCESS_KEY_ID") else {
      return .absent("environment: AWS_ACCESS_KEY_ID is not set")
    }
    guard let key = settings.variable("AWS_SECRET_ACCESS_KEY") else {
      throw CredentialContext.failure(
        "the environment", "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not")
    }
    let token = settings.variable("AWS_SESSION_TOKEN") ?? settings.variable("AWS_SECURITY_TOKEN")
    return .found(
      AWSCredentials(
        accessKeyID: id, secretAccessKey: Secret(key), sessionToken: token.map(Secret.init)))
  }
}
