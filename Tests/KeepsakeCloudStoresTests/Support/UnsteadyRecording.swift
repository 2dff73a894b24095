import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

/// A recording with two snapshots of a large file, and the check that all of it arrived.
struct UnsteadyRecording: Sendable {
  private static let byteCount = 5 << 19

  let scheme: RepositoryURL.Scheme
  let folder: TemporaryFolder

  /// Opens the store below `root` of `bucket`.
  let open: @Sendable () throws -> any ObjectStore

  init(
    scheme: RepositoryURL.Scheme, folder: TemporaryFolder,
    open: @escaping @Sendable () throws -> any ObjectStore
  ) throws {
    (self.scheme, self.folder, self.open) = (scheme, folder, open)
    try folder.write("repository: \(scheme)://bucket/root\n", to: "project/keepsake.yaml")
    try folder.write(String(repeating: "w", count: Self.byteCount), to: "project/weights")
  }

  func record() async throws -> RecordingSummary {
    var options = RecorderOptions()
    let open = open
    options.openers = options.openers.adding(scheme) { _ in try open() }
    options.ticks = false
    options.environment = RunEnvironment(command: "train", user: "ada", host: "here")
    let recorder = try Recorder(
      path: "weights", params: ["rate": 0.1], projectDirectory: "\(folder.path)/project",
      options: options)
    recorder.checkpoint(path: "weights", metrics: ["loss": 0.5])
    recorder.checkpoint(metrics: ["loss": 0.25])
    return recorder.finish()
  }

  func check(_ id: ExperimentID, round: Int) async throws {
    let repository = Repository(store: try open())
    let listing = try await repository.listing()
    #expect(listing.problems.isEmpty, "request \(round): \(listing.problems)")
    let experiment = try #require(listing.experiments.first)
    #expect(listing.experiments.count == 1 && experiment.id == id)
    #expect(experiment.checkpoints.count == 2, "request \(round)")
    #expect(experiment.ending?.outcome == .finished)
    let first = try #require(experiment.checkpoints.ids.first)
    let name = "checkout-\(round)"
    _ = try await repository.extract(.checkpoint(first), to: "\(folder.path)/\(name)")
    #expect(folder.read("\(name)/weights")?.utf8.count == Self.byteCount)
  }
}
