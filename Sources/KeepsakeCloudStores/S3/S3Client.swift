internal import KeepsakeModel
internal import KeepsakeStores
internal import Synchronization

/// A request to S3, before it is addressed and signed.
struct S3Request: Sendable {
  var kind: RequestKind
  var method: String

  /// The whole key of the object; `nil` for the bucket.
  var key: String?

  var query: [(name: String, value: String)] = []
  var headers = HTTPHeaders()
  var body = HTTPBody.none

  /// The SHA-256 of the body in hexadecimal digits.
  var payloadHash = RequestSigner.emptyHash

  var destination = HTTPDestination.memory()

  /// The root element of a good answer, where it is XML: an error may come with status 200.
  var rootElement: String?

  /// Whether the content is checked against the digest that was stored with it.
  var checksDigest = false

  /// How many bytes the answer has, where that is known.
  var answerByteCount: Int64 = 0
}

/// An answer of S3 after all tries.
struct S3Answer: Sendable {
  /// The last answer, or why there was none.
  var result: Result<HTTPResponse, HTTPFailure>

  /// Whether an earlier try may have had its effect although no good answer came.
  var mayHaveHappened: Bool

  /// The error that the answer describes, unless it is a good one.
  var error: S3Error?

  /// The answer, where it is a good one.
  var success: HTTPResponse? {
    if error == nil, case .success(let response) = result { response } else { nil }
  }
}

/// Sends requests to one bucket: addressed, signed, repeated where that helps.
final class S3Client: Sendable {
  let endpoint: S3Endpoint
  private let runner: RequestRunner
  private let chain: CredentialChain
  private let now: @Sendable () -> Timestamp
  private let state: Mutex<State>

  private struct State {
    var region: String

    /// What the server's clock is ahead of ours.
    var clockOffset = Duration.zero

    /// Whether a request succeeded.
    var hasSeenBucket = false
  }

  init(
    endpoint: S3Endpoint, settings: AWSSettings, runner: RequestRunner,
    now: @escaping @Sendable () -> Timestamp
  ) throws(StoreError) {
    self.endpoint = endpoint
    self.runner = runner
    self.now = now
    let region = settings.region ?? "us-east-1"
    guard S3Endpoint.isValid(region: region) || settings.endpoint != nil else {
      throw StoreError(
        .invalid, what: "cannot open s3://\(endpoint.bucket)", why: "\(region) is no AWS region",
        fix: "Set AWS_REGION to the bucket's region, such as eu-central-1.")
    }
    state = Mutex(State(region: region))
    chain = CredentialChain(settings: settings, runner: runner, now: now)
  }

  /// Whether the bucket is known to exist.
  var hasSeenBucket: Bool { state.withLock { $0.hasSeenBucket } }

  /// The region that the bucket is taken to be in.
  var region: String { state.withLock { $0.region } }

  /// Sends `request` until there is an answer or trying again makes no sense.
  ///
  /// Throws only where there are no credentials.
  func send(_ request: S3Request) async throws(StoreError) -> S3Answer {
    let used = Mutex<AWSCredentials?>(nil)
    let result = try await runner.run(request.kind) { () throws(StoreError) in
      let credentials = try await chain.credentials()
      used.withLock { $0 = credentials }
      return self.signed(request, credentials)
    } judge: { answer in
      self.outcome(of: answer, request)
    } correct: { (correction) throws(StoreError) in
      switch correction {
      case .region(let region): self.state.withLock { $0.region = region }
      case .clock(let time):
        let offset = time.since(self.now())
        self.state.withLock { $0.clockOffset = offset }
      case .credentials:
        if let refused = used.withLock({ $0 }) { _ = try await self.chain.replace(refused) }
      }
    }
    let answer = S3Answer(
      result: result.answer, mayHaveHappened: result.mayHaveHappened,
      error: error(in: result.answer, request))
    if answer.success != nil { state.withLock { $0.hasSeenBucket = true } }
    return answer
  }

  private func signed(_ request: S3Request, _ credentials: AWSCredentials) -> HTTPRequest {
    let (region, offset) = state.withLock { ($0.region, $0.clockOffset) }
    let address = endpoint.address(of: request.key, region: region)
    let unsigned = RequestSigner.Request(
      method: request.method, host: address.host, path: address.path, query: request.query,
      headers: request.headers, payloadHash: request.payloadHash)
    let query = unsigned.encodedQuery
    // Slow lines get the time that they need, at 50 kB/s.
    let bytes = request.body.byteCount + request.answerByteCount
    return HTTPRequest(
      request.method,
      address.origin + unsigned.encodedPath + (query.isEmpty ? "" : "?\(query)"),
      headers: RequestSigner(credentials: credentials, region: region, service: "s3")
        .headers(of: unsigned, at: now().adding(offset)),
      body: request.body, destination: request.destination,
      timeout: .seconds(60 + bytes / 50_000))
  }

  private func error(
    in answer: Result<HTTPResponse, HTTPFailure>, _ request: S3Request
  ) -> S3Error? {
    guard case .success(let response) = answer else { return nil }
    guard response.isSuccess else { return S3Error(response) }
    if let root = request.rootElement {
      let found = XMLElement.rootName(response.body)
      if found != root { return S3Error(response, isComplete: found == "Error") }
    }
    return nil
  }

  private func outcome(
    of answer: Result<HTTPResponse, HTTPFailure>, _ request: S3Request
  ) -> TryOutcome {
    switch answer {
    case .failure(let failure):
      switch failure.kind {
      case .timeout, .broken: return .transient()
      case .unreachable: return .unreachable
      case .untrusted, .noTLS, .file, .invalid, .cancelled: return .final
      }
    case .success(let response):
      if let error = error(in: answer, request) {
        return error.outcome(region: region, now: now().adding(state.withLock { $0.clockOffset }))
      }
      if request.checksDigest, let digest = response.headers[S3Store.digestField],
        digest != Digests.sha256(response.body)
      {
        return .transient()
      }
      return .final
    }
  }
}
