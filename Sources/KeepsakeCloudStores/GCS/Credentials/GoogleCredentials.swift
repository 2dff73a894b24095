package import KeepsakeModel
package import KeepsakeStores

/// Finds Google's application-default credentials, and keeps access tokens until they end.
package actor GoogleCredentials {
  private let environment: [String: String]
  private let context: GoogleLoginContext
  private var source: (any GoogleTokenSource)?
  private let login = SharedWork<Login>()

  private struct Login: Sendable {
    var source: any GoogleTokenSource
    var token: GoogleToken
  }

  package init(options: CloudOptions) {
    environment = options.environment
    var probe = options.runner
    (probe.policy.tries, probe.policy.unreachableTries) = (2, 1)
    context = GoogleLoginContext(runner: options.runner, probe: probe, now: options.now)
  }

  /// A token that is valid for a while.
  package func token() async throws(StoreError) -> GoogleToken {
    let now = context.now
    return try await token { !$0.isEnding(at: now()) }
  }

  /// A new token in place of `refused`, which a service did not accept; that of another request that
  /// replaced it meanwhile.
  package func replace(_ refused: GoogleToken) async throws(StoreError) -> GoogleToken {
    try await token { $0 != refused }
  }

  /// Where the credentials come from, for messages.
  package var place: String { source?.place ?? "the credentials" }

  private func token(
    serving serves: @Sendable (GoogleToken) -> Bool
  ) async throws(StoreError) -> GoogleToken {
    let (known, environment, context) = (source, environment, context)
    let success = try await login.value(serving: { serves($0.token) }) {
      await Self.logIn(known, environment, context)
    }
    source = success.source
    return success.token
  }

  private static func logIn(
    _ known: (any GoogleTokenSource)?, _ environment: [String: String],
    _ context: GoogleLoginContext
  ) async -> Result<Login, StoreError> {
    do throws(StoreError) {
      if let known {
        return .success(Login(source: known, token: try await known.token(context)))
      }
      let search = GoogleCredentialSearch(environment: environment)
      var tried: [String] = []
      for find in [search.fileOfVariable, search.fileOfGcloud] {
        switch try await find() {
        case .found(let source):
          return .success(Login(source: source, token: try await source.token(context)))
        case .absent(let reason): tried.append(reason)
        }
      }
      switch try await MetadataServer.find(environment, context) {
      case .found(let server, let token): return .success(Login(source: server, token: token))
      case .absent(let reason): tried.append(reason)
      }
      throw StoreError(
        .denied, what: "cannot find Google credentials",
        why: "looked for them in\n- \(tried.joined(separator: "\n- "))\nand found none",
        fix: """
          Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to the \
          key file of a service account.
          """)
    } catch {
      return .failure(error)
    }
  }
}

/// A token that requests to Google are sent with.
package struct GoogleToken: Sendable, Hashable {
  package var value: Secret

  /// When it ends.
  package var expiration: Timestamp

  /// Whether a new one is needed at `time`, a few minutes before this one ends.
  package func isEnding(at time: Timestamp) -> Bool { expiration.since(time) < .seconds(240) }
}

/// What gets tokens from Google.
protocol GoogleTokenSource: Sendable {
  /// Where it comes from, for messages: the path of a file.
  var place: String { get }

  /// Gets a new token.
  func token(_ context: GoogleLoginContext) async throws(StoreError) -> GoogleToken
}
