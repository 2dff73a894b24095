import KeepsakeCloudStores
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A request as a test's server sees it.
struct ReceivedRequest: Sendable {
  var method: String

  /// From the first `/` on, as it was sent.
  var target: String

  var headers: KeepsakeCloudStores.HTTPHeaders
  var body: [UInt8]

  /// The path without escapes.
  var path: String { PercentEncoding.decoded(target.prefix { $0 != "?" }) ?? target }

  /// The query without escapes.
  var query: [String: String] {
    guard let mark = target.firstIndex(of: "?") else { return [:] }
    var result: [String: String] = [:]
    for pair in target[target.index(after: mark)...].split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? parts[1] : ""
      result[PercentEncoding.decoded(parts[0]) ?? ""] = PercentEncoding.decoded(value)
    }
    return result
  }
}

/// What can go wrong with one request.
enum Fault: Sendable {
  /// Nothing is done, and this is the answer.
  case refusal(HTTPResponse)
  /// The connection breaks before anything is done.
  case reset
  /// Everything is done, but the connection breaks before the answer.
  case lostAnswer
  /// Everything is done, but half of the answer is missing.
  case truncatedAnswer
  /// Everything is done, but one byte of the answer's content is another.
  case damagedAnswer
  /// Nothing is done, and the client stops to wait for an answer.
  case timeout
  /// Nothing is done, and no answer comes.
  case silence
}

/// An HTTP server on this machine that answers as it is told, and fails where it is told.
final class TestServer: Sendable {
  typealias Handler = @Sendable (ReceivedRequest) -> HTTPResponse

  /// Stands for ``Fault/timeout``, so that no test waits.
  static let timeoutStatus = 599

  /// `http://127.0.0.1:PORT`
  let url: String

  private let channel: any Channel
  private let script: SharedScript

  fileprivate struct Script {
    var count = 0
    var faults: [Int: Fault] = [:]
    var received: [ReceivedRequest] = []
  }

  init(_ handler: @escaping Handler) async throws {
    let script = SharedScript()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(
            TestServerHandler(handler: handler, script: script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    self.script = script
  }

  deinit { channel.close(promise: nil) }

  /// Counts requests from 0 again, and fails the one with number `number`.
  func fail(_ number: Int, with fault: Fault) {
    script.state.withLock { $0 = Script(count: 0, faults: [number: fault]) }
  }

  /// Counts requests from 0 again, and fails none.
  func failNothing() { script.state.withLock { $0 = Script() } }

  /// How many requests came since counting began.
  var requestCount: Int { script.state.withLock { $0.count } }

  /// The requests since counting began.
  var requests: [ReceivedRequest] { script.state.withLock { $0.received } }
}

private final class SharedScript: Sendable {
  let state = Mutex(TestServer.Script())

  func next(_ request: ReceivedRequest) -> Fault? {
    state.withLock { script in
      defer { script.count += 1 }
      script.received.append(request)
      return script.faults[script.count]
    }
  }
}

private final class TestServerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let handler: TestServer.Handler
  private let script: SharedScript
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(handler: @escaping TestServer.Handler, script: SharedScript) {
    self.handler = handler
    self.script = script
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let buffer): body.append(contentsOf: buffer.readableBytesView)
    case .end:
      guard let head else { return }
      var headers = KeepsakeCloudStores.HTTPHeaders()
      for field in head.headers { headers.append(field.name, field.value) }
      answer(
        ReceivedRequest(
          method: head.method.rawValue, target: head.uri, headers: headers, body: body), context)
    }
  }

  private func answer(_ request: ReceivedRequest, _ context: ChannelHandlerContext) {
    switch script.next(request) {
    case nil: send(handler(request), to: request, context)
    case .refusal(let response): send(response, to: request, context)
    case .reset: context.close(promise: nil)
    case .lostAnswer:
      _ = handler(request)
      context.close(promise: nil)
    case .truncatedAnswer: send(handler(request), to: request, context, isCut: true)
    case .damagedAnswer:
      var response = handler(request)
      if !response.body.isEmpty { response.body[response.body.count / 2] ^= 0x40 }
      send(response, to: request, context)
    case .timeout:
      send(HTTPResponse(status: TestServer.timeoutStatus), to: request, context)
    case .silence: break
    }
  }

  private func send(
    _ response: HTTPResponse, to request: ReceivedRequest, _ context: ChannelHandlerContext,
    isCut: Bool = false
  ) {
    var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: response.status))
    for field in response.headers.fields { head.headers.add(name: field.name, value: field.value) }
    if response.headers["Content-Length"] == nil, response.status != 204 {
      head.headers.add(name: "Content-Length", value: "\(response.body.count)")
    }
    if isCut, response.body.isEmpty || request.method == "HEAD" {
      return context.close(promise: nil)
    }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != "HEAD" {
      let body = isCut ? response.body.prefix(response.body.count / 2) : response.body[...]
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    }
    if isCut {
      context.flush()
      return context.close(promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}
