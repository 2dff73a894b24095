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
    "silence": .silence, "reset": .reset, "lost": .lostAnswer, "truncated": .truncatedAnswer,
  ]

  @Test(arguments: troubles.keys.sorted())
  func `is whole, whichever request goes wrong`(trouble: String) async throws {
    let fixture = try await GCSFixture(idle: trouble == "silence" ? .milliseconds(300) : nil)
    let recording = try UnsteadyRecording(scheme: .gs, folder: fixture.folder) {
      try fixture.store()
    }
    let fault = try #require(Self.troubles[trouble])
    // The first request logs in: refused there, these two are final, as they should be.
    var number = ["token", "rate"].contains(trouble) ? 1 : 0
    while true {
      fixture.bucket.clear()
      fixture.server.fail(number, with: fault)
      let summary = try await recording.record()
      // The last round has no fault: it counts the requests.
      if fixture.server.requestCount <= number { break }
      #expect(summary.losses == [], "request \(number)")
      fixture.server.failNothing()
      try await recording.check(summary.experiment, round: number)
      number += 1
    }
    #expect(number > 10)
  }
}

@Suite struct `A conditional write to Cloud Storage whose answer is lost` {
  @Test(arguments: [Fault.lostAnswer, .truncatedAnswer])
  func `is no conflict`(fault: Fault) async throws {
    let fixture = try await GCSFixture()
    let store = try fixture.store()
    _ = try await store.object(at: "a")
    fixture.server.fail(0, with: fault)
    let first = try await store.put([1], at: "a", if: .absent, durability: .powerCut)
    fixture.server.fail(0, with: fault)
    let second = try await store.put(
      [2], at: "a", if: .version(first.version), durability: .powerCut)
    #expect(try await store.object(at: "a")?.version == second.version)
    #expect(try await store.contents(of: "a") == [2])
  }

  @Test func `is one where another writer came between`() async throws {
    let fixture = try await GCSFixture()
    let store = try fixture.store()
    try await store.put([9], at: "a")
    fixture.server.fail(0, with: .reset)
    let error = await #expect(throws: StoreError.self) {
      try await store.put([1], at: "a", if: .absent, durability: .powerCut)
    }
    #expect(error?.code == .conflict)
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
