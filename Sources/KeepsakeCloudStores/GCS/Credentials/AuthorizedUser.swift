internal import KeepsakeModel
internal import KeepsakeStores

/// A person who logged in with gcloud: a refresh token, which is exchanged for access tokens.
struct AuthorizedUser: GoogleTokenSource {
  let place: String
  private let form: Secret
  private let tokenURL: String

  init(_ file: GoogleCredentialFile) throws(StoreError) {
    var form = "grant_type=refresh_token"
    for name in ["client_id", "client_secret", "refresh_token"] {
      form += "&\(name)=\(PercentEncoding.encoded(try file.require(name)))"
    }
    self.form = Secret(form)
    tokenURL = try file.tokenURL()
    place = "gcloud's login (\(file.path))"
  }

  func token(_ context: GoogleLoginContext) async throws(StoreError) -> GoogleToken {
    try await context.token(
      place: place, advice: "Run `gcloud auth application-default login` again."
    ) { (_) throws(StoreError) in
      HTTPRequest(
        "POST", tokenURL, headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: .bytes(Array(form.value.utf8)), timeout: .seconds(20))
    }
  }
}
