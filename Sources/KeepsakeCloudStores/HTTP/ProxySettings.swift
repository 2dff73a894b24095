/// Which proxy a request goes through, as `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`
/// say; lower-case names count too, and first.
package struct ProxySettings: Sendable, Hashable {
  /// A proxy server.
  package struct Proxy: Sendable, Hashable {
    package var host: String
    package var port: Int

    /// `user:password`, if it wants one.
    var credentials: Secret?
  }

  private var byScheme: [String: Proxy] = [:]
  private var exceptions: [String] = []

  /// Reads the variables. A value that is no URL of a proxy is ignored, as other programs do.
  package init(environment: [String: String]) {
    func value(_ name: String) -> String? {
      let value = environment[name.lowercased()] ?? environment[name]
      return value?.isEmpty == true ? nil : value
    }
    let general = value("ALL_PROXY")
    byScheme["https"] = (value("HTTPS_PROXY") ?? general).flatMap(Self.proxy)
    // In a web server's CGI scripts HTTP_PROXY comes from a request.
    let plain = environment["REQUEST_METHOD"] == nil ? value("HTTP_PROXY") : nil
    byScheme["http"] = (plain ?? general).flatMap(Self.proxy)
    exceptions = (value("NO_PROXY") ?? "").split { $0 == "," || $0 == " " }.map {
      $0.lowercased()
    }
  }

  /// The proxy for a request to `host`; `nil` for none.
  package func proxy(scheme: String, host: String) -> Proxy? {
    isExcepted(host.lowercased()) ? nil : byScheme[scheme]
  }

  private func isExcepted(_ host: String) -> Bool {
    // The machine itself, and the addresses of clouds' metadata servers.
    if ["localhost", "127.0.0.1", "[::1]", "::1", "169.254.169.254", "169.254.170.2"].contains(host)
      || host == "metadata.google.internal"
    {
      return true
    }
    return exceptions.contains { exception in
      if exception == "*" { return true }
      let name = exception.drop { $0 == "." || $0 == "*" }
      return host == name || host.hasSuffix(".\(name)")
    }
  }

  /// `http://user:password@host:port`, where only the host is needed.
  private static func proxy(_ text: String) -> Proxy? {
    var rest = text[...]
    if let scheme = rest.firstRange(of: "://") {
      guard rest[..<scheme.lowerBound].lowercased() == "http" else { return nil }
      rest = rest[scheme.upperBound...]
    }
    rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var credentials: Secret?
    if let at = rest.lastIndex(of: "@") {
      credentials = Secret(PercentEncoding.decoded(rest[..<at]) ?? String(rest[..<at]))
      rest = rest[rest.index(after: at)...]
    }
    guard let (host, port) = URLParts.hostAndPort(rest) else { return nil }
    return Proxy(host: host, port: port ?? 8080, credentials: credentials)
  }
}
