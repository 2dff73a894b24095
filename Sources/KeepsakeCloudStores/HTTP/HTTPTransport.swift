package import KeepsakeStores

/// Sends one HTTP request and returns its answer: no redirects, no retries, no cookies.
package protocol HTTPTransport: Sendable {
  /// Sends `request`.
  ///
  /// - Returns: the answer, whatever its status says.
  /// - Throws: where no complete answer arrived; the request may have had its effect all the same.
  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse
}

/// What a request is for, as it is counted.
package enum RequestKind: String, Sendable, Hashable, CaseIterable {
  /// Names of objects.
  case list
  /// An object, or facts about one.
  case read
  /// Storing an object or a part of one.
  case write
  /// Removing an object.
  case remove
  /// Credentials.
  case login
}

/// A request.
package struct HTTPRequest: Sendable {
  /// The method, in capitals.
  package var method: String

  /// The absolute URL, percent-encoded.
  package var url: String

  /// The header fields; `Host` and `Content-Length` are added.
  package var headers: HTTPHeaders

  /// What is sent.
  package var body: HTTPBody

  /// Where the content of a successful answer goes.
  package var destination: HTTPDestination

  /// How long the answer may take altogether.
  package var timeout: Duration

  package init(
    _ method: String, _ url: String, headers: HTTPHeaders = HTTPHeaders(), body: HTTPBody = .none,
    destination: HTTPDestination = .memory(), timeout: Duration = .seconds(60)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.destination = destination
    self.timeout = timeout
  }
}

/// What a request sends.
package enum HTTPBody: Sendable {
  /// Nothing.
  case none
  /// Bytes in memory.
  case bytes([UInt8])
  /// Bytes `range` of a file, read just before they are sent: they take as much memory meanwhile.
  case file(TransferFile, Range<Int64>)

  /// Its length in bytes.
  package var byteCount: Int64 {
    switch self {
    case .none: 0
    case .bytes(let bytes): Int64(bytes.count)
    case .file(_, let range): Int64(range.count)
    }
  }
}

/// Where the content of a successful answer (2xx) goes; that of others always stays in memory.
package enum HTTPDestination: Sendable {
  /// ``HTTPResponse/body``, up to so many bytes.
  case memory(limit: Int = 1 << 30)
  /// A file, from an offset; more than `limit` bytes are an error.
  case file(TransferFile, at: Int64, limit: Int64, isSummed: Bool = false)
}

/// An answer.
package struct HTTPResponse: Sendable {
  /// The status code: 200…599.
  package var status: Int

  /// The header fields.
  package var headers: HTTPHeaders

  /// The content, unless it went into a file.
  package var body: [UInt8]

  /// How many bytes the content has, wherever it went.
  package var byteCount: Int64

  /// The checksum of what went into a file, where that `isSummed`.
  package var checksum: CRC32C?

  package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = [], byteCount: Int64? = nil)
  {
    self.status = status
    self.headers = headers
    self.body = body
    self.byteCount = byteCount ?? Int64(body.count)
  }

  /// Whether the request did what it asked for.
  package var isSuccess: Bool { (200..<300).contains(status) }
}

/// Why no complete answer arrived.
package struct HTTPFailure: Error, Sendable, Hashable {
  /// A kind of failure.
  package enum Kind: Sendable, Hashable {
    /// No connection: the name is unknown, nobody listens, the proxy refuses.
    case unreachable
    /// The server cannot prove that it is who it should be.
    case untrusted
    /// The server and this machine do not agree on TLS, which plain HTTP is not.
    case noTLS
    /// No answer in time.
    case timeout
    /// The connection broke, or the answer ended early.
    case broken
    /// A local file cannot be read or written.
    case file
    /// The request makes no sense or the answer is too large.
    case invalid
    /// The task was cancelled.
    case cancelled
  }

  /// The kind of failure.
  package var kind: Kind

  /// The cause, as a fact without names of types.
  package var why: String

  package init(_ kind: Kind, _ why: String) {
    self.kind = kind
    self.why = why
  }
}
