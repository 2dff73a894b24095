import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

/// What a network and a service do, at any moment.
enum Trouble: String, Sendable, CaseIterable {
  case internalError, slowDown, tooManyRequests, timeout, reset, lostAnswer, truncatedAnswer
  case wrongClock, expiredToken

  func fault(now: Timestamp) -> Fault {
    switch self {
    case .internalError: .refusal(.s3Error(500, "InternalError"))
    case .slowDown: .refusal(.s3Error(503, "SlowDown", headers: ["Retry-After": "1"]))
    case .tooManyRequests: .refusal(HTTPResponse(status: 429))
    case .timeout: .timeout
    case .reset: .reset
    case .lostAnswer: .lostAnswer
    case .truncatedAnswer: .truncatedAnswer
    case .wrongClock:
      .refusal(.s3Error(403, "RequestTimeTooSkewed", headers: ["Date": now.httpDate]))
    case .expiredToken: .refusal(.s3Error(400, "ExpiredToken"))
    }
  }
}

@Suite struct `A recording over an unsteady network` {
  @Test(arguments: Trouble.allCases)
  func `is whole, whichever request goes wrong`(trouble: Trouble) async throws {
    let fixture = try await S3Fixture()
    try await UnsteadyRecording(fixture).checkEachRequest(with: {
      trouble.fault(now: fixture.bucket.now())
    })
  }
}

@Suite struct `Trouble that does not end` {
  @Test(arguments: [
    HTTPResponse.s3Error(503, "SlowDown"), .s3Error(500, "InternalError"),
    HTTPResponse(status: 429),
  ])
  func `is an error in the end`(answer: HTTPResponse) async throws {
    var fixture = try await S3Fixture()
    let broken = try await TestServer { _ in answer }
    fixture.environment["AWS_ENDPOINT_URL_S3"] = broken.url
    let store = try fixture.store()
    let error = await #expect(throws: StoreError.self) { try await store.put([1], at: "a") }
    #expect(error?.code == .unavailable)
    #expect(broken.requestCount == RetryPolicy().tries)
  }
}
