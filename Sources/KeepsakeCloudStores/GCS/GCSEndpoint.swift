internal import KeepsakeStores

/// Where Cloud Storage is.
struct GCSEndpoint: Sendable, Hashable {
  /// The URL before `/storage/v1`.
  let base: String

  /// Whether it is an emulator, which wants no credentials.
  let isEmulator: Bool

  /// Google's, unless `STORAGE_EMULATOR_HOST` names an emulator (as Google's libraries take it,
  /// `host:port` or a URL) or `CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE` another way to Google, as
  /// for gcloud.
  init(environment: [String: String]) throws(StoreError) {
    if let host = environment.setting("STORAGE_EMULATOR_HOST") {
      base = try Self.base(
        host.contains("://") ? host : "http://\(host)", "STORAGE_EMULATOR_HOST",
        "Set it to something like localhost:4443 or http://localhost:4443.")
      isEmulator = true
    } else if let url = environment.setting(Self.override) {
      let advice = "Set it to a URL with https, or unset it."
      base = try Self.base(url, Self.override, advice)
      isEmulator = false
      // Tokens go nowhere without encryption but to this machine.
      guard let parts = URLParts(base), parts.isPrivate else {
        throw Self.error(
          "its address \(url) is neither encrypted nor on this machine", Self.override, advice)
      }
    } else {
      base = "https://storage.googleapis.com"
      isEmulator = false
    }
  }

  private static let override = "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"

  private static func base(
    _ url: String, _ variable: String, _ advice: String
  ) throws(StoreError) -> String {
    guard let parts = URLParts(url) else {
      throw error(URLParts.refusal(of: url, called: "its address"), variable, advice)
    }
    let path = parts.path
    return parts.origin + (path.hasSuffix("/storage/v1") ? String(path.dropLast(11)) : path)
  }

  private static func error(_ why: String, _ variable: String, _ advice: String) -> StoreError {
    StoreError(
      .invalid, what: "cannot use the Cloud Storage that \(variable) names",
      why: why, fix: advice)
  }
}

extension URLParts {
  /// Whether nobody else reads what is sent there.
  var isPrivate: Bool {
    scheme == "https" || ["localhost", "::1"].contains(host) || host.hasPrefix("127.")
  }
}
