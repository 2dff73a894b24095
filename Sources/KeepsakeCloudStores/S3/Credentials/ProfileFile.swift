/// A file of AWS's command line: sections of `key = value` lines.
struct ProfileFile: Sendable {
  private(set) var sections: [String: [String: String]] = [:]

  /// Reads the text of `~/.aws/config` or `~/.aws/credentials`.
  ///
  /// What an indented line says belongs to the key above it: `s3 =` and `  addressing_style = path`
  /// give `s3.addressing_style`. Lines that say nothing are skipped.
  init(_ text: String) {
    var section: String?
    var parent: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let content = Self.trimmed(line)
      guard let first = content.first, first != "#", first != ";" else { continue }
      if first == "[" {
        section = content.dropFirst().prefix { $0 != "]" }.split(whereSeparator: \.isWhitespace)
          .joined(separator: " ")
        parent = nil
        if let section { sections[section, default: [:]] = sections[section] ?? [:] }
        continue
      }
      guard let section, let equals = content.firstIndex(of: "=") else { continue }
      let key = Self.trimmed(content[..<equals]).lowercased()
      let value = Self.withoutRemark(Self.trimmed(content[content.index(after: equals)...]))
      if let parent, line.first?.isWhitespace == true {
        sections[section]?["\(parent).\(key)"] = value
      } else {
        sections[section]?[key] = value
        parent = value.isEmpty ? key : nil
      }
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  /// A remark begins with a space before its sign: keys may contain the sign itself.
  private static func withoutRemark(_ value: Substring) -> String {
    for mark in [" #", " ;"] {
      if let range = value.firstRange(of: mark) {
        return String(trimmed(value[..<range.lowerBound]))
      }
    }
    return String(value)
  }
}
