internal import Yams

/// A YAML file of `key: value` lines, where a value is text or a list of texts.
package struct SettingsFile: Sendable, Hashable {
  /// The file's name, for messages.
  package let name: String

  /// The values by key; a text is a list of one.
  package private(set) var values: [String: [String]] = [:]

  /// Reads the content of the file called `name`; keys without a value are left out.
  package init(_ text: String, name: String) throws(ProjectError) {
    self.name = name
    let root: Node?
    do {
      root = try Parser(yaml: text).nextRoot()
    } catch {
      throw invalid(ProjectConfiguration.reason(of: error))
    }
    switch root {
    case .none: break
    case .mapping(let mapping):
      for (key, value) in mapping {
        guard let key = key.string else { throw invalid("a key is not text") }
        values[key] = try texts(value, key: key)
      }
    case .scalar(let scalar) where scalar.string.isEmpty: break
    default: throw invalid("it must be a list of \"key: value\" lines")
    }
  }

  private func texts(_ value: Node, key: String) throws(ProjectError) -> [String]? {
    switch value {
    case .scalar(let scalar): return value.null == nil ? [scalar.string] : nil
    case .sequence(let sequence):
      var texts: [String] = []
      for item in sequence {
        guard case .scalar(let scalar) = item else {
          throw invalid("\(key) must be text or a list of texts")
        }
        texts.append(scalar.string)
      }
      return texts.isEmpty ? nil : texts
    default: throw invalid("\(key) must be text or a list of texts")
    }
  }

  private func invalid(_ reason: String) -> ProjectError {
    ProjectError(
      .invalidConfiguration, what: "Failed to parse \(name): \(reason)",
      fix: "Write it as YAML, for example `title: Iris`.")
  }
}
