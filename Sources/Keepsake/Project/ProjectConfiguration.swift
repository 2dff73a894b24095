internal import Yams

/// What `keepsake.yaml` says.
struct ProjectConfiguration {
  /// The repository's URL, as it is written there; empty in an empty file.
  var repository: String

  /// Old keys in use.
  var warnings: [String] = []

  /// Reads the content of the file called `name`.
  ///
  /// Keys match without regard to case; only the first document counts, as in Keepsake 0.4.2.
  init(_ text: String, name: String) throws(ProjectError) {
    let root = try Self.compose(text, name: name)
    var repository: String?
    var storage: String?
    switch root {
    case .none: break
    case .mapping(let mapping):
      for (key, value) in mapping {
        switch key.string?.lowercased() {
        case "repository": repository = try Self.text(value, key: "repository", name: name)
        case "storage": storage = try Self.text(value, key: "storage", name: name)
        default:
          throw Self.invalid("unknown field \"\(key.string ?? "?")\"", name: name)
        }
      }
    case .scalar(let scalar) where scalar.string.isEmpty: break
    default: throw Self.invalid("it must be a list of \"key: value\" lines", name: name)
    }
    if repository != nil, storage != nil {
      throw ProjectError(
        .invalidConfiguration,
        what:
          "'repository' and 'storage' (deprecated) cannot both be defined in \(name). Please only use 'repository'.",
        fix: Self.advice(name))
    }
    if storage != nil {
      warnings.append(
        "The 'storage' key is deprecated in \(name). Please rename it to 'repository'.")
    }
    guard let url = repository ?? storage, !url.isEmpty else {
      throw ProjectError(
        .invalidConfiguration, what: "Missing required field in \(name): repository",
        fix: Self.advice(name))
    }
    self.repository = url
  }

  private static func compose(_ text: String, name: String) throws(ProjectError) -> Node? {
    do {
      // Documents after the first are not looked at.
      return try Parser(yaml: text).nextRoot()
    } catch {
      throw invalid(reason(of: error), name: name)
    }
  }

  static func reason(of error: any Error) -> String {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "line \(mark.line): \(problem)"
    case .duplicatedKeysInMapping(let duplicates, _):
      "\(duplicates.sorted().joined(separator: ", ")) stands there twice"
    case .reader(let problem, _, _, _): problem
    default: "\(error)"
    }
  }

  private static func text(
    _ value: Node, key: String, name: String
  ) throws(ProjectError) -> String {
    if value.null != nil { return "" }
    guard case .scalar(let scalar) = value else {
      throw invalid("\(key) must be text", name: name)
    }
    if scalar.style == .plain, value.bool != nil || value.int != nil || value.float != nil {
      throw invalid("\(key) must be text, not \(scalar.string)", name: name)
    }
    return scalar.string
  }

  private static func invalid(_ reason: String, name: String) -> ProjectError {
    ProjectError(
      .invalidConfiguration, what: "Failed to parse \(name): \(reason)", fix: advice(name))
  }

  private static func advice(_ name: String) -> String {
    """
    To fix this, make \(name) hold one line with the repository's URL, for example:
    repository: "file://.keepsake"
    """
  }
}
