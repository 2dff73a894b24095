package import KeepsakeStores

/// What the environment and the files of AWS's command line say.
package struct AWSSettings: Sendable {
  /// The environment's variables.
  package let environment: [String: String]

  /// The name of the profile in use.
  let profileName: String

  private let config: ProfileFile
  private let secrets: ProfileFile

  /// The files that were looked for, and whether each was there.
  let files: [(path: String, exists: Bool)]

  /// Reads the files that `environment` names, by default those in `~/.aws`.
  package init(environment: [String: String]) throws(StoreError) {
    self.environment = environment
    profileName =
      environment.setting("AWS_PROFILE") ?? environment.setting("AWS_DEFAULT_PROFILE") ?? "default"
    let home = environment["HOME"] ?? ""
    func path(_ variable: String, _ name: String) -> String {
      let text = environment[variable] ?? ""
      if text.isEmpty { return "\(home)/.aws/\(name)" }
      return text.hasPrefix("~/") ? home + text.dropFirst() : text
    }
    let paths = [
      path("AWS_CONFIG_FILE", "config"), path("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    ]
    var texts: [String?] = []
    for path in paths { texts.append(try Self.text(at: path)) }
    config = ProfileFile(texts[0] ?? "")
    secrets = ProfileFile(texts[1] ?? "")
    files = zip(paths, texts).map { (path: $0, exists: $1 != nil) }
  }

  /// The text of a small file; `nil` where there is none. Blocks.
  static func text(at path: String) throws(StoreError) -> String? {
    do throws(StoreError) {
      return String(decoding: try DiskStore.readFileBlocking(at: path), as: UTF8.self)
    } catch {
      if error.code == .notFound { return nil }
      throw StoreError(
        error.code, what: "cannot read \(path)", why: error.why, fix: "Check its permissions.")
    }
  }

  /// All keys of a profile; those of the credentials file win. `nil` where neither file has it.
  func profile(_ name: String) -> [String: String]? {
    let configured =
      config.sections["profile \(name)"] ?? (name == "default" ? config.sections[name] : nil)
    let secret = secrets.sections[name]
    if configured == nil && secret == nil { return nil }
    return (configured ?? [:]).merging(secret ?? [:]) { $1 }
  }

  /// A section of the config file that is no profile.
  func section(_ kind: String, _ name: String) -> [String: String]? {
    config.sections["\(kind) \(name)"]
  }

  /// The value of a variable, unless it is empty.
  func variable(_ name: String) -> String? { environment.setting(name) }

  /// The region that is configured, if any.
  package var region: String? {
    variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? profile(profileName)?["region"]
  }

  /// The URL of a compatible store, if one is configured.
  package var endpoint: String? {
    if let endpoint = variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL") {
      return endpoint
    }
    guard environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() != "true",
      let profile = profile(profileName)
    else { return nil }
    let services = profile["services"].flatMap { section("services", $0) }
    return services?["s3.endpoint_url"] ?? profile["s3.endpoint_url"] ?? profile["endpoint_url"]
  }

  /// `path` or `virtual`, where one is configured.
  var addressingStyle: String? { profile(profileName)?["s3.addressing_style"] }
}
