/// Where a repository is: `file://PATH`, `s3://BUCKET/ROOT` or `gs://BUCKET/ROOT`.
package struct RepositoryURL: Sendable, Hashable, CustomStringConvertible {
  /// The kinds of stores that a URL can name.
  package enum Scheme: String, Sendable, Hashable, CaseIterable {
    case file
    case s3
    case gs
  }

  /// The kind of store.
  package let scheme: Scheme

  /// The bucket; empty for files.
  package let bucket: String

  /// The folder, or the prefix within the bucket; no `/` at its end.
  package let path: String

  /// Reads a URL, as Keepsake 0.4.2 does: query and fragment are dropped.
  ///
  /// - Parameter directory: the absolute path that a relative `file://` starts from.
  package init(_ text: String, relativeTo directory: String) throws(ProjectError) {
    let (scheme, rest) = try Self.splitScheme(text)
    // What follows a scheme without slashes (`file:x`) names nothing.
    let location = rest.hasPrefix("//") ? rest.dropFirst(2) : ""
    let authority = location.prefix { $0 != "/" }
    if scheme != .file, authority.contains("@") || authority.lowercased().contains("%40") {
      throw ProjectError(
        .invalidURL,
        what: "The repository URL has a user name or a password in it, before an @.",
        fix: """
          Write it as \(scheme)://BUCKET/FOLDER; credentials come from the environment or the files \
          of the cloud's own programs.
          """)
    }
    // What follows may be secret.
    let shown = text.prefix { $0 != "?" && $0 != "#" }
    guard let decoded = Self.percentDecoded(location.prefix { $0 != "?" && $0 != "#" }) else {
      throw ProjectError(
        .invalidURL, what: "The repository URL \"\(shown)\" has an invalid % escape.",
        fix: "Write %25 for a percent sign.")
    }
    self.scheme = scheme
    switch scheme {
    case .file:
      bucket = ""
      path = Self.absolutePath(decoded, in: directory)
    case .s3, .gs:
      let parts = decoded.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      bucket = parts.first.map(String.init) ?? ""
      path = parts.count > 1 ? Self.trimmingSlashes(parts[1]) : ""
      if bucket.isEmpty {
        throw ProjectError(
          .invalidURL, what: "The repository URL \"\(shown)\" names no bucket.",
          fix: "Write it as \(scheme)://BUCKET/FOLDER.")
      }
    }
  }

  /// The URL with an absolute path, as it is recorded with experiments.
  package var description: String {
    switch scheme {
    case .file: "file://\(path)"
    case .s3, .gs: path.isEmpty ? "\(scheme)://\(bucket)" : "\(scheme)://\(bucket)/\(path)"
    }
  }

  private static func splitScheme(_ text: String) throws(ProjectError) -> (Scheme, Substring) {
    let advice = "Make sure your repository URL starts with either 'file://', 's3://', or 'gs://'."
    guard let colon = text.firstIndex(of: ":"), colon > text.startIndex,
      text[..<colon].utf8.allSatisfy(isSchemeByte)
    else {
      throw ProjectError(
        .invalidURL, what: "Missing repository scheme.",
        fix: "\(advice)\nFor a folder beside keepsake.yaml, write file://FOLDER.")
    }
    let name = text[..<colon].lowercased()
    guard let scheme = Scheme(rawValue: name) else {
      throw ProjectError(.invalidURL, what: "Unknown repository scheme: \(name).", fix: advice)
    }
    return (scheme, text[text.index(after: colon)...])
  }

  private static func isSchemeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// `nil` where a percent sign is not followed by two hexadecimal digits, or the result is not
  /// UTF-8.
  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
        let value = UInt8(digits, radix: 16), value != 0
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func trimmingSlashes(_ text: Substring) -> String {
    text.split(separator: "/").joined(separator: "/")
  }

  /// `path` in `directory` unless it is absolute, without `.`, `..` and doubled slashes.
  package static func absolutePath(_ path: String, in directory: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : "\(directory)/\(path)").split(separator: "/") {
      switch part {
      case ".": continue
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }
}
