import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

/// A recording with two snapshots of a file that takes several parts, and the check that all of it
/// arrived.
struct UnsteadyRecording {
  private let fixture: any CloudFixture
  private let weights: String

  init(_ fixture: any CloudFixture) throws {
    self.fixture = fixture
    // Most of it stays when it is packed.
    var generator = SeededGenerator(seed: 1)
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    weights = String(
      decoding: (0..<(5 << 17)).map { _ in letters[Int(generator.next() & 63)] }, as: UTF8.self)
    try fixture.folder.write(
      "repository: \(fixture.scheme)://bucket/root\n", to: "project/keepsake.yaml")
    try fixture.folder.write(weights, to: "project/weights")
  }

  /// Records as often as a recording has requests, with `fault` at another one each time.
  ///
  /// - Parameter first: the first request that may go wrong.
  func checkEachRequest(with fault: () -> Fault, from first: Int = 0) async throws {
    var number = first
    while true {
      fixture.clear()
      fixture.server.fail(number, with: fault())
      let summary = try await record()
      // The last round has no fault: it counts the requests.
      if fixture.server.requestCount <= number { break }
      #expect(summary.losses == [], "request \(number)")
      fixture.server.failNothing()
      try await check(summary.experiment, round: number)
      number += 1
    }
    #expect(number > 15, "a file does not take several parts")
  }

  private func record() async throws -> RecordingSummary {
    var options = RecorderOptions()
    let fixture = fixture
    options.openers = options.openers.adding(fixture.scheme) { _ in try fixture.open() }
    options.ticks = false
    options.environment = RunEnvironment(command: "train", user: "ada", host: "here")
    let recorder = try Recorder(
      path: "weights", params: ["rate": 0.1], projectDirectory: "\(fixture.folder.path)/project",
      options: options)
    recorder.checkpoint(path: "weights", metrics: ["loss": 0.5])
    recorder.checkpoint(metrics: ["loss": 0.25])
    return recorder.finish()
  }

  private func check(_ id: ExperimentID, round: Int) async throws {
    let repository = Repository(store: try fixture.open())
    let listing = try await repository.listing()
    #expect(listing.problems.isEmpty, "request \(round): \(listing.problems)")
    let experiment = try #require(listing.experiments.first)
    #expect(listing.experiments.count == 1 && experiment.id == id)
    #expect(experiment.checkpoints.count == 2, "request \(round)")
    #expect(experiment.ending?.outcome == .finished)
    #expect(fixture.openUploadCount == 0, "request \(round)")
    let first = try #require(experiment.checkpoints.ids.first)
    let name = "checkout-\(round)"
    _ = try await repository.extract(.checkpoint(first), to: "\(fixture.folder.path)/\(name)")
    #expect(fixture.folder.read("\(name)/weights") == weights)
  }
}
