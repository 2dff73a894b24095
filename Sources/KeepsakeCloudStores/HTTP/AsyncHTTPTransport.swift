#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import AsyncHTTPClient
internal import KeepsakeStores
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Sends requests with AsyncHTTPClient: connections are kept and reused, up to 64 to each host.
///
/// Nothing is started, and no certificates are read, before the first request.
package final class AsyncHTTPTransport: HTTPTransport {
  private let proxies: ProxySettings
  private let certificates: String?
  private let limits: Limits
  private let clients = Mutex<[Route: HTTPClient]>([:])

  /// What requests must have in common to share connections.
  private struct Route: Hashable {
    var proxy: ProxySettings.Proxy?
    var isPatient: Bool
  }

  /// How long parts of a request may take.
  package struct Limits: Sendable {
    /// To connect.
    package var connect = Duration.seconds(10)
    /// Without an answer once a request was handed to the system. One with a large body gets six
    /// times as long, because that is before the body has left this machine.
    package var idle = Duration.seconds(30)

    /// From how many bytes on a body is a large one.
    package var largeBody: Int64 = 1 << 20

    package init() {}
  }

  /// - Parameters:
  ///   - environment: says which proxies there are, and the file with the certificates of trusted
  ///     authorities instead of the system's (`AWS_CA_BUNDLE`, `SSL_CERT_FILE`).
  package init(environment: [String: String], limits: Limits = Limits()) {
    proxies = ProxySettings(environment: environment)
    certificates = ["AWS_CA_BUNDLE", "SSL_CERT_FILE"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    self.limits = limits
  }

  deinit {
    for client in clients.withLock({ $0.values }) { client.shutdown { _ in } }
  }

  package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    let url = String(request.url.prefix { $0 != "?" })
    guard let parts = URLParts(url) else {
      throw HTTPFailure(.invalid, URLParts.refusal(of: url, called: "the address"))
    }
    let client = client(
      Route(
        proxy: proxies.proxy(scheme: parts.scheme, host: parts.host),
        isPatient: request.body.byteCount >= limits.largeBody))
    do {
      let response = try await client.execute(
        try await converted(request), deadline: .now() + TimeAmount(request.timeout))
      return try await receive(response, request)
    } catch {
      throw HTTPFailure(error, host: parts.authority)
    }
  }

  private func client(_ route: Route) -> HTTPClient {
    clients.withLock { clients in
      if let client = clients[route] { return client }
      let client = HTTPClient(configuration: configuration(route))
      clients[route] = client
      return client
    }
  }

  private func configuration(_ route: Route) -> HTTPClient.Configuration {
    let idle = limits.idle * (route.isPatient ? 6 : 1)
    var tls = TLSConfiguration.makeClientConfiguration()
    if let certificates { tls.trustRoots = .file(certificates) }
    var pool = HTTPClient.Configuration.ConnectionPool(idleTimeout: .seconds(30))
    pool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    // Failures come back at once: retrying is decided in one place, not here.
    pool.retryConnectionEstablishment = false
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(
        connect: TimeAmount(limits.connect), read: TimeAmount(idle), write: TimeAmount(idle)),
      connectionPool: pool, proxy: route.proxy.map(Self.converted), decompression: .disabled)
    configuration.httpVersion = .http1Only
    return configuration
  }

  private static func converted(_ proxy: ProxySettings.Proxy) -> HTTPClient.Configuration.Proxy {
    guard let credentials = proxy.credentials?.value else {
      return .server(host: proxy.host, port: proxy.port)
    }
    let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return .server(
      host: proxy.host, port: proxy.port,
      authorization: .basic(
        username: String(parts[0]), password: parts.count > 1 ? String(parts[1]) : ""))
  }

  private func converted(_ request: HTTPRequest) async throws -> HTTPClientRequest {
    var result = HTTPClientRequest(url: request.url)
    result.method = HTTPMethod(rawValue: request.method)
    for field in request.headers.fields { result.headers.add(name: field.name, value: field.value) }
    switch request.body {
    case .none:
      // A PUT or POST of nothing says so.
      if ["PUT", "POST"].contains(request.method) { result.body = .bytes(ByteBuffer()) }
    case .bytes(let bytes): result.body = .bytes(ByteBuffer(bytes: bytes))
    case .file(let file, let range):
      // Streams are sent by tasks of the client's own, on the threads of Swift's pool, all of which
      // a training program may occupy.
      let buffer = try await BlockingPool.run { () throws(StoreError) in
        try ByteBuffer(file, range)
      }
      guard buffer.readableBytes == range.count else {
        throw HTTPFailure(.file, "\(file.path) became shorter while it was read")
      }
      result.body = .bytes(buffer)
    }
    return result
  }

  private func receive(
    _ response: HTTPClientResponse, _ request: HTTPRequest
  ) async throws -> HTTPResponse {
    var result = HTTPResponse(status: Int(response.status.code))
    for field in response.headers { result.headers.append(field.name, field.value) }
    var receiver = BodyReceiver(
      result.isSuccess ? request.destination : .memory(limit: BodyReceiver.errorLimit))
    for try await chunk in response.body { try await receiver.add(chunk) }
    try await receiver.finish()
    result.body = receiver.bytes
    result.byteCount = receiver.byteCount
    result.checksum = receiver.checksum
    // What a proxy or a server cut off is not taken for the whole.
    if request.method != "HEAD", let text = result.headers["Content-Length"],
      let expected = Int64(text), expected != result.byteCount
    {
      throw HTTPFailure(.broken, "the answer ended after \(result.byteCount) of \(text) bytes")
    }
    return result
  }
}

extension ByteBuffer {
  /// Bytes `range` of a file, without a copy. Blocks.
  fileprivate init(_ file: TransferFile, _ range: Range<Int64>) throws(StoreError) {
    self = ByteBufferAllocator().buffer(capacity: Int(range.count))
    var failure: StoreError?
    unsafe writeWithUnsafeMutableBytes(minimumWritableBytes: Int(range.count)) { space in
      do throws(StoreError) {
        return unsafe try file.read(
          into: UnsafeMutableRawBufferPointer(rebasing: space[..<Int(range.count)]),
          at: range.lowerBound)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
  }
}

extension TimeAmount {
  fileprivate init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}

extension HTTPFailure {
  fileprivate init(_ error: any Error, host: String) {
    switch error {
    case let failure as HTTPFailure: self = failure
    case let error as StoreError: self.init(.file, error.why)
    case is CancellationError: self.init(.cancelled, "the request was cancelled")
    case let error as HTTPClientError:
      switch error {
      case .cancelled: self.init(.cancelled, "the request was cancelled")
      case .connectTimeout: self.init(.unreachable, "\(host) does not answer")
      case .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout,
        .httpProxyHandshakeTimeout, .socksHandshakeTimeout, .getConnectionFromPoolTimeout:
        self.init(.timeout, "\(host) took too long to answer")
      case .proxyAuthenticationRequired:
        self.init(.unreachable, "the proxy wants a user name and a password")
      case .invalidProxyResponse: self.init(.unreachable, "the proxy refuses to connect to \(host)")
      case .invalidURL, .emptyHost, .emptyScheme: self.init(.invalid, "its URL is wrong")
      default: self.init(.broken, "\(error.shortDescription) (\(host))")
      }
    case let error as NIOConnectionError:
      let reason = error.connectionErrors.first.map { Self.reason($0.error) }
      self.init(
        .unreachable,
        reason.map { "cannot connect to \(host): \($0)" } ?? "\(host) is no known name")
    case NIOSSLError.uncleanShutdown: self.init(.broken, "\(host) ended the answer early")
    case NIOSSLError.handshakeFailed(let error): self.init(tls: error, host: host)
    case let error as BoringSSLError: self.init(tls: error, host: host)
    case let error as NIOSSLError: self.init(.untrusted, "\(host): \(error)")
    case let error as NIOSSLExtraError: self.init(.untrusted, "\(host): \(error)")
    case let error as IOError:
      let isRefused = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL]
        .contains(error.errnoCode)
      self.init(
        isRefused ? .unreachable : .broken,
        isRefused
          ? "cannot connect to \(host): \(Self.reason(error))" : "\(Self.reason(error)) (\(host))")
    case let error as ChannelError: self.init(.broken, "\(error) (\(host))")
    default: self.init(.broken, "\(error) (\(host))")
    }
  }

  private init(tls error: BoringSSLError, host: String) {
    // The library names its reasons in texts only, with the places in its own source.
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      self.init(.untrusted, "no authority that is known here vouches for \(host)")
    } else if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      self.init(.noTLS, "\(host) does not speak TLS")
    } else {
      let name = text.split { !$0.isUppercase && $0 != "_" }.max { $0.utf8.count < $1.utf8.count }
      let reason = name.map { $0.replacing("_", with: " ").lowercased() } ?? "no reason given"
      self.init(.noTLS, "\(host) does not agree on TLS: \(reason)")
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return unsafe String(cString: strerror(error.errnoCode)).lowercased()
  }
}
