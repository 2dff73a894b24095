/// The parts of an `http` or `https` URL.
package struct URLParts: Sendable, Hashable {
  /// `http` or `https`.
  package var scheme: String

  /// The host, without brackets around an IPv6 address.
  package var host: String

  /// The port, unless it is the scheme's own.
  package var port: Int?

  /// From the first `/` on, without a `/` at its end; empty where there is none.
  package var path: String

  /// Splits a URL; `nil` where it is no absolute URL of these schemes. Query, fragment and user are
  /// not accepted.
  package init?(_ text: String) {
    guard let colon = text.firstRange(of: "://") else { return nil }
    scheme = text[..<colon.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = text[colon.upperBound...]
    guard !rest.contains(where: { "?#@ ".contains($0) }) else { return nil }
    let authority = rest.prefix { $0 != "/" }
    guard let (host, port) = Self.hostAndPort(authority) else { return nil }
    self.host = host
    self.port = port == (scheme == "http" ? 80 : 443) ? nil : port
    path = String(rest[authority.endIndex...])
    while path.hasSuffix("/") { path.removeLast() }
  }

  /// Why ``init(_:)`` does not take `text`, as a clause that shows none of the secrets in it.
  ///
  /// - Parameter name: what the URL is, such as `its endpoint`.
  package static func refusal(of text: String, called name: String) -> String {
    let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
    let user = text[start...].lastIndex(of: "@")
    let query = text[start...].firstIndex { "?#".contains($0) }
    var shown = "\(name) "
    // A password may have a ? in it, and a query an @: then nothing tells where a secret ends.
    if user.map({ user in query.map { user < $0 } ?? true }) ?? true {
      let place = text[(user.map(text.index(after:)) ?? start)..<(query ?? text.endIndex)]
      shown += "\(text[..<start])\(place) "
    }
    if user != nil {
      return "\(shown)has a user name or a password in it, which are not taken from there"
    }
    return shown + (query == nil ? "is no URL with http or https" : "goes on after a ? or #")
  }

  /// What the header field `Host` says.
  package var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port.map { "\(name):\($0)" } ?? name
  }

  /// The URL up to the path.
  package var origin: String { "\(scheme)://\(authority)" }

  /// Splits `host:port`, where the host may be an IPv6 address in brackets.
  static func hostAndPort(_ text: Substring) -> (String, Int?)? {
    var host = text
    var rest: Substring = ""
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
    } else if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      rest = text[colon...]
    }
    guard !host.isEmpty else { return nil }
    if rest.isEmpty { return (String(host), nil) }
    guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), (1...65_535).contains(port) else {
      return nil
    }
    return (String(host), port)
  }
}
