import KeepsakeCloudStores
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `A proxy` {
  @Test func `is taken from the environment, by scheme`() {
    let settings = ProxySettings(environment: [
      "HTTPS_PROXY": "http://ada:s%40fe@proxy.example:3128/", "http_proxy": "other.example",
    ])
    let secure = settings.proxy(scheme: "https", host: "s3.example")
    #expect(secure?.host == "proxy.example" && secure?.port == 3128)
    #expect(settings.proxy(scheme: "http", host: "s3.example")?.host == "other.example")
    #expect(!"\(settings)".contains("s@fe"))
  }

  @Test(arguments: [
    ("s3.inside.example", false), ("inside.example", false), ("outside.example", true),
    ("notinside.example", true), ("localhost", false), ("169.254.169.254", false),
    ("exact.example", false),
  ])
  func `is left out for the hosts of NO_PROXY and for this machine`(host: String, isUsed: Bool) {
    let settings = ProxySettings(environment: [
      "HTTPS_PROXY": "http://p:1", "NO_PROXY": ".inside.example, exact.example",
    ])
    #expect((settings.proxy(scheme: "https", host: host) != nil) == isUsed)
  }

  @Test func `is left out for all hosts with a star, and where its URL is none`() {
    let all = ProxySettings(environment: ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"])
    #expect(all.proxy(scheme: "https", host: "h") == nil)
    let wrong = ProxySettings(environment: [
      "HTTPS_PROXY": "http://:x/", "HTTP_PROXY": "socks5://p",
    ])
    #expect(wrong.proxy(scheme: "https", host: "h") == nil)
    #expect(wrong.proxy(scheme: "http", host: "h") == nil)
  }
}

@Suite struct `A URL of a store` {
  @Test(arguments: [
    ("https://S3.example", "https://S3.example", ""), ("http://h:80/", "http://h", ""),
    ("http://h:9000/a/b/", "http://h:9000", "/a/b"), ("http://[::1]:9000", "http://[::1]:9000", ""),
  ])
  func `has an origin and a path`(text: String, origin: String, path: String) {
    let url = URLParts(text)
    #expect(url?.origin == origin && url?.path == path)
  }

  @Test(arguments: [
    "", "h:9000", "ftp://h", "http://", "http://h:0", "http://h:x", "http://u@h", "http://h?x",
  ])
  func `is refused where it is none`(text: String) {
    #expect(URLParts(text) == nil)
  }

  @Test(arguments: [
    ("http://u:se/kr@it@h:9/a", "x http://h:9/a has a user name or a password in it"),
    ("u:se@h", "x h has a user name or a password in it"),
    ("http://u:se?kr@it@h", "x has a user name or a password in it"),
    ("https://h/a?token=se", "x https://h/a goes on after a ? or #"),
    ("https://h#se", "x https://h goes on after a ? or #"),
    ("ftp://h", "x ftp://h is no URL with http or https"),
  ])
  func `is refused with the reason, and without its secrets`(text: String, why: String) {
    #expect(URLParts.refusal(of: text, called: "x").hasPrefix(why))
  }
}

@Suite struct `The HTTP client` {
  private let transport = AsyncHTTPTransport(environment: [:])

  @Test func `hands out every answer, and follows no redirect`() async throws {
    let server = try await TestServer { _ in
      HTTPResponse(status: 307, headers: ["Location": "http://192.0.2.1/"], body: [1])
    }
    let answer = try await transport.send(HTTPRequest("GET", "\(server.url)/x?y=%20"))
    #expect(answer.status == 307 && answer.body == [1])
    #expect(server.requests.first?.target == "/x?y=%20")
  }

  @Test func `sends a part of a file, and puts an answer into one`() async throws {
    let folder = TemporaryFolder()
    try folder.write("0123456789", to: "in")
    let server = try await TestServer { HTTPResponse(status: 200, body: $0.body) }
    let input = try TransferFile(reading: "\(folder.path)/in")
    let output = try TransferFile(creating: "\(folder.path)/out")
    let answer = try await transport.send(
      HTTPRequest(
        "PUT", server.url, body: .file(input, 2..<6),
        destination: .file(output, at: 1, limit: 4)))
    #expect(answer.byteCount == 4 && answer.body == [])
    #expect(folder.read("out") == "\02345")
  }

  @Test func `keeps what an error says out of the file`() async throws {
    let folder = TemporaryFolder()
    let server = try await TestServer { _ in HTTPResponse(status: 404, body: [7]) }
    let output = try TransferFile(creating: "\(folder.path)/out")
    let answer = try await transport.send(
      HTTPRequest("GET", server.url, destination: .file(output, at: 0, limit: 100)))
    #expect(answer.body == [7])
    #expect(folder.read("out") == "")
  }

  @Test func `refuses an answer that is too large`() async throws {
    let server = try await TestServer { _ in HTTPResponse(status: 200, body: [1, 2, 3]) }
    let error = await #expect(throws: HTTPFailure.self) {
      try await transport.send(
        HTTPRequest("GET", server.url, destination: .memory(limit: 2)))
    }
    #expect(error?.kind == .invalid)
  }

  @Test func `does not wait forever`() async throws {
    let server = try await TestServer { _ in HTTPResponse(status: 200) }
    server.fail(0, with: .silence)
    var limits = AsyncHTTPTransport.Limits()
    limits.idle = .milliseconds(100)
    let transport = AsyncHTTPTransport(environment: [:], limits: limits)
    let error = await #expect(throws: HTTPFailure.self) {
      try await transport.send(HTTPRequest("GET", server.url))
    }
    #expect(error?.kind == .timeout)
  }

  @Test func `sums what goes into a file, where that is wanted`() async throws {
    let folder = TemporaryFolder()
    let bytes = [UInt8](repeating: 7, count: 3 << 20)
    let server = try await TestServer { _ in HTTPResponse(status: 200, body: bytes) }
    let output = try TransferFile(creating: "\(folder.path)/out")
    let answer = try await transport.send(
      HTTPRequest(
        "GET", server.url,
        destination: .file(output, at: 0, limit: 3 << 20, isSummed: true)))
    #expect(answer.checksum?.value == CRC32C(of: bytes).value)
  }

  @Test func `says that a server does not speak TLS`() async throws {
    let server = try await TestServer { _ in HTTPResponse(status: 200) }
    let host = String(server.url.dropFirst("http://".count))
    let error = await #expect(throws: HTTPFailure.self) {
      try await transport.send(HTTPRequest("GET", "https://\(host)/"))
    }
    #expect(error == HTTPFailure(.noTLS, "\(host) does not speak TLS"))
  }

  @Test func `says which server did not answer`() async throws {
    let error = await #expect(throws: HTTPFailure.self) {
      try await transport.send(HTTPRequest("GET", "http://127.0.0.1:9/"))
    }
    #expect(error?.kind == .unreachable)
    #expect(error?.why.contains("127.0.0.1:9") == true)
  }
}
