package import KeepsakeModel
package import KeepsakeStores

/// Finds credentials where AWS's own programs look for them, and keeps them until they end.
package actor CredentialChain {
  private let settings: AWSSettings
  private let runner: RequestRunner
  private let now: @Sendable () -> Timestamp
  private let sources: [any CredentialSource]

  private let search = SharedWork<AWSCredentials>()

  package init(
    settings: AWSSettings, runner: RequestRunner, now: @escaping @Sendable () -> Timestamp
  ) {
    self.settings = settings
    self.runner = runner
    self.now = now
    sources = [
      EnvironmentSource(), WebIdentitySource(), ProfileSource(), ContainerSource(),
      InstanceMetadataSource(),
    ]
  }

  /// Credentials that are valid for a while.
  package func credentials() async throws(StoreError) -> AWSCredentials {
    let now = now
    return try await credentials { !$0.isEnding(at: now()) }
  }

  /// New credentials in place of `refused`, which a service did not accept; those of another request
  /// that replaced them meanwhile.
  package func replace(_ refused: AWSCredentials) async throws(StoreError) -> AWSCredentials {
    try await credentials { $0 != refused }
  }

  private func credentials(
    serving serves: @Sendable (AWSCredentials) -> Bool
  ) async throws(StoreError) -> AWSCredentials {
    let context = CredentialContext(settings: settings, runner: runner, now: now())
    let sources = sources
    return try await search.value(serving: serves) { await Self.search(sources, context) }
  }

  private static func search(
    _ sources: [any CredentialSource], _ context: CredentialContext
  ) async -> Result<AWSCredentials, StoreError> {
    var tried: [String] = []
    do throws(StoreError) {
      for source in sources {
        switch try await source.find(context) {
        case .found(let credentials): return .success(credentials)
        case .absent(let reason): tried.append(reason)
        }
      }
    } catch {
      return .failure(error)
    }
    return .failure(
      StoreError(
        .denied, what: "cannot find AWS credentials",
        why: "looked for them in\n- \(tried.joined(separator: "\n- "))\nand found none",
        fix: "Run `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."))
  }
}
