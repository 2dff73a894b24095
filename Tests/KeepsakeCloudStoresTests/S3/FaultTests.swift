import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

/// What a network and a service do, at any moment.
enum Trouble: String, Sendable, CaseIterable {
  case internalError, slowDown, tooManyRequests, silence, reset, lostAnswer, truncatedAnswer
  case wrongClock, expiredToken

  func fault(now: Timestamp) -> Fault {
    switch self {
    case .internalError: .refusal(.s3Error(500, "InternalError"))
    case .slowDown: .refusal(.s3Error(503, "SlowDown", headers: ["Retry-After": "1"]))
    case .tooManyRequests: .refusal(HTTPResponse(status: 429))
    case .silence: .silence
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
    var fixture = try await S3Fixture()
    if trouble == .silence { fixture.idle = .milliseconds(300) }
    try fixture.folder.write("repository: s3://bucket/root\n", to: "project/keepsake.yaml")
    try fixture.folder.write(String(repeating: "w", count: 5 << 19), to: "project/weights")
    var number = 0
    while true {
      fixture.bucket.clear()
      fixture.server.fail(number, with: trouble.fault(now: fixture.bucket.now()))
      let summary = try await record(fixture)
      // The last round has no fault: it counts the requests.
      if fixture.server.requestCount <= number { break }
      #expect(summary.losses == [], "request \(number)")
      fixture.server.failNothing()
      try await check(fixture, summary.experiment, number)
      number += 1
    }
    #expect(number > 10)
  }

  private func record(_ fixture: S3Fixture) async throws -> RecordingSummary {
    var options = RecorderOptions()
    let store = fixture.options()
    options.openers = options.openers.adding(.s3) {
      S3Store(bucket: $0.bucket, root: $0.path, options: store)
    }
    options.ticks = false
    options.environment = RunEnvironment(command: "train", user: "ada", host: "here")
    let recorder = try Recorder(
      path: "weights", params: ["rate": 0.1], projectDirectory: "\(fixture.folder.path)/project",
      options: options)
    recorder.checkpoint(path: "weights", metrics: ["loss": 0.5])
    recorder.checkpoint(metrics: ["loss": 0.25])
    return recorder.finish()
  }

  private func check(_ fixture: S3Fixture, _ id: ExperimentID, _ number: Int) async throws {
    let repository = Repository(store: fixture.store())
    let listing = try await repository.listing()
    #expect(listing.problems.isEmpty, "request \(number): \(listing.problems)")
    let experiment = try #require(listing.experiments.first)
    #expect(listing.experiments.count == 1 && experiment.id == id)
    #expect(experiment.checkpoints.count == 2, "request \(number)")
    #expect(experiment.ending?.outcome == .finished)
    #expect(fixture.bucket.openUploadCount == 0, "request \(number)")
    let first = try #require(experiment.checkpoints.ids.first)
    let folder = "\(fixture.folder.path)/checkout-\(number)"
    _ = try await repository.extract(.checkpoint(first), to: folder)
    #expect(fixture.folder.read("checkout-\(number)/weights")?.utf8.count == 5 << 19)
  }
}

@Suite struct `A conditional write whose answer is lost` {
  @Test(arguments: [Fault.lostAnswer, .truncatedAnswer])
  func `is no conflict`(fault: Fault) async throws {
    let fixture = try await S3Fixture()
    let store = fixture.store()
    fixture.server.fail(0, with: fault)
    let first = try await store.put([1], at: "a", if: .absent, durability: .powerCut)
    fixture.server.fail(0, with: fault)
    let second = try await store.put(
      [2], at: "a", if: .version(first.version), durability: .powerCut)
    #expect(try await store.object(at: "a")?.version == second.version)
    #expect(try await store.contents(of: "a") == [2])
  }

  @Test func `is one where another writer came between`() async throws {
    let fixture = try await S3Fixture()
    let store = fixture.store()
    try await store.put([9], at: "a")
    fixture.server.fail(0, with: .reset)
    let error = await #expect(throws: StoreError.self) {
      try await store.put([1], at: "a", if: .absent, durability: .powerCut)
    }
    #expect(error?.code == .conflict)
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
    let store = fixture.store()
    let error = await #expect(throws: StoreError.self) { try await store.put([1], at: "a") }
    #expect(error?.code == .unavailable)
    #expect(broken.requestCount == RetryPolicy().tries)
  }
}
