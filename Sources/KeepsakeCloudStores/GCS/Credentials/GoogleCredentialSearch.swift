internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeStores

/// Looks for files with credentials where Google's own programs do.
struct GoogleCredentialSearch: Sendable {
  let environment: [String: String]

  enum Finding: Sendable {
    case found(any GoogleTokenSource)
    /// Nothing, and why: `GOOGLE_APPLICATION_CREDENTIALS is not set`.
    case absent(String)
  }

  private static let variable = "GOOGLE_APPLICATION_CREDENTIALS"

  /// The file that a variable names: it has to be there.
  func fileOfVariable() async throws(StoreError) -> Finding {
    guard let path = environment.setting(Self.variable) else {
      return .absent("\(Self.variable): it is not set")
    }
    guard let source = try await source(at: path) else {
      throw Self.failure(
        path, "there is no such file, but \(Self.variable) names it",
        "Correct \(Self.variable), or unset it.")
    }
    return .found(source)
  }

  /// The file that `gcloud auth application-default login` writes.
  func fileOfGcloud() async throws(StoreError) -> Finding {
    let name = "application_default_credentials.json"
    let folder: String
    if let configured = environment.setting("CLOUDSDK_CONFIG") {
      folder = configured
    } else if let home = environment["HOME"], !home.isEmpty {
      folder = "\(home)/.config/gcloud"
    } else {
      return .absent("gcloud: neither CLOUDSDK_CONFIG nor HOME is set")
    }
    guard let source = try await source(at: "\(folder)/\(name)") else {
      return .absent("gcloud: there is no \(folder)/\(name)")
    }
    return .found(source)
  }

  /// What the file at `path` describes; `nil` where there is none.
  private func source(at path: String) async throws(StoreError) -> (any GoogleTokenSource)? {
    let bytes: [UInt8]
    do throws(StoreError) {
      bytes = try await DiskStore.readFile(at: path)
    } catch {
      if error.code == .notFound { return nil }
      throw Self.failure(path, error.why, "Check its permissions.")
    }
    let file = GoogleCredentialFile(path: path, bytes: bytes)
    switch file["type"] {
    case "service_account": return try ServiceAccountKey(file)
    case "authorized_user": return try AuthorizedUser(file)
    case let kind?:
      throw Self.failure(
        path, "it holds credentials of the type \(kind), which are not supported",
        "Use the key file of a service account, or `gcloud auth application-default login`.")
    case nil:
      throw Self.failure(
        path, "it is no file with Google's credentials",
        "Use the key file of a service account, or `gcloud auth application-default login`.")
    }
  }

  static func failure(_ path: String, _ why: String, _ fix: String) -> StoreError {
    StoreError(.denied, what: "cannot use the credentials in \(path)", why: why, fix: fix)
  }
}

/// The members of a file with credentials. Most of them are secret.
struct GoogleCredentialFile: Sendable {
  let path: String
  private let content: JSONValue

  init(path: String, bytes: [UInt8]) {
    self.path = path
    let value = try? JSONCursor.read(bytes.span) { cursor throws(JSONError) in try cursor.value() }
    content = value ?? .null
  }

  subscript(name: String) -> String? { content[name]?.stringValue }

  /// The member `name`, which has to be there.
  func require(_ name: String) throws(StoreError) -> String {
    if let value = self[name], !value.isEmpty { return value }
    throw GoogleCredentialSearch.failure(
      path, "it has no \(name)", "Download it again, or make a new one.")
  }

  /// Where tokens come from. Credentials go to no place without encryption but this machine.
  func tokenURL() throws(StoreError) -> String {
    let url = self["token_uri"] ?? "https://oauth2.googleapis.com/token"
    guard let parts = URLParts(url), parts.isPrivate else {
      throw GoogleCredentialSearch.failure(
        path, "its token_uri is no https URL", "Download it again, or make a new one.")
    }
    return url
  }
}
