import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `A recording to Cloud Storage over an unsteady network` {
  static let troubles: [String: Fault] = [
    "500": .refusal(.gcsError(500, "Backend Error", "backendError")),
    "502": .refusal(HTTPResponse(status: 502, body: Array("<html>".utf8))),
    "503": .refusal(.gcsError(503, "Service Unavailable", headers: ["Retry-After": "1"])),
    "429": .refusal(.gcsError(429, "slow down", "rateLimitExceeded")),
    "rate": .refusal(.gcsError(403, "slow down", "rateLimitExceeded")),
    "token": .refusal(.gcsError(401, "Invalid Credentials", "authError")),
    "timeout": .timeout, "reset": .reset, "lost": .lostAnswer, "truncated": .truncatedAnswer,
  ]

  @Test(arguments: troubles.keys.sorted())
  func `is whole, whichever request goes wrong`(trouble: String) async throws {
    let fault = try #require(Self.troubles[trouble])
    // The first request logs in: refused there, these two are final, as they should be.
    let first = ["token", "rate"].contains(trouble) ? 1 : 0
    try await UnsteadyRecording(GCSFixture()).checkEachRequest(with: { fault }, from: first)
  }
}

@Suite struct `Trouble with Cloud Storage that does not end` {
  @Test(arguments: [500, 503, 429])
  func `is an error in the end`(status: Int) async throws {
    var fixture = try await GCSFixture()
    let broken = try await TestServer { _ in .gcsError(status, "Backend Error") }
    fixture.environment["STORAGE_EMULATOR_HOST"] = broken.url
    let store = try fixture.store()
    let error = await #expect(throws: StoreError.self) { try await store.put([1], at: "a") }
    #expect(error?.code == .unavailable)
    #expect(error?.why.contains("\(status): Backend Error") == true)
    #expect(broken.requestCount == RetryPolicy().tries)
  }
}
