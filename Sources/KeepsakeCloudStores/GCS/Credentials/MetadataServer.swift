internal import KeepsakeModel
internal import KeepsakeStores

/// The metadata server of a machine in Google's cloud: it gives tokens of the machine's service
/// account.
struct MetadataServer: GoogleTokenSource {
  let place = "the machine's service account"
  private let url: String

  enum Finding: Sendable {
    case found(MetadataServer, GoogleToken)
    case absent(String)
  }

  /// Asks the server, if there is one.
  static func find(
    _ environment: [String: String], _ context: GoogleLoginContext
  ) async throws(StoreError) -> Finding {
    if ["true", "1"].contains(environment.setting("NO_GCE_CHECK")?.lowercased()) {
      return .absent("metadata server: NO_GCE_CHECK is set")
    }
    let host = environment.setting("GCE_METADATA_HOST")
    let server = MetadataServer(host: host ?? "metadata.google.internal")
    var probing = context
    probing.runner = context.probe
    do throws(StoreError) {
      return .found(server, try await server.token(probing))
    } catch {
      return .absent("metadata server: \(error.why)")
    }
  }

  private init(host: String) {
    url = "http://\(host)/computeMetadata/v1/instance/service-accounts/default/token"
  }

  func token(_ context: GoogleLoginContext) async throws(StoreError) -> GoogleToken {
    let query = "?scopes=\(PercentEncoding.encoded(GoogleLoginContext.scope))"
    return try await context.token(
      place: place,
      advice: "Give the machine a service account with access to Cloud Storage."
    ) { (_) throws(StoreError) in
      HTTPRequest("GET", url + query, headers: ["Metadata-Flavor": "Google"], timeout: .seconds(3))
    }
  }
}
