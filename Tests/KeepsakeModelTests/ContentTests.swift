import KeepsakeModel
import Testing

@Suite struct `The content of an experiment` {
  private static let id = ExperimentID(String(repeating: "1", count: 64))
  private static let checkpointID = CheckpointID(String(repeating: "2", count: 64))
  private static let time = Timestamp(nanoseconds: 1)

  private static func experiment() throws -> Experiment {
    var experiment = Experiment(id: try #require(id), created: time)
    experiment.checkpoints.append(
      Checkpoint(id: try #require(checkpointID), created: time, metrics: ["loss": 0.5]))
    return experiment
  }

  private static func content(_ experiment: Experiment) -> [UInt8] {
    var bytes = ContentBytes()
    bytes.append(experiment)
    return bytes.bytes
  }

  private static let changes: [@Sendable (inout Experiment) throws -> Void] = [
    { $0.id = try #require(ExperimentID(String(repeating: "3", count: 64))) },
    { $0.created = Timestamp(nanoseconds: 2) },
    { $0.params = ["a": 1] },
    { $0.params = ["a": 1.0] },
    { $0.params = ["a": "1"] },
    { $0.params = ["a": true] },
    { $0.params = ["a": JSONValue.null] },
    { $0.params = ["a": JSONValue.array([1])] },
    { $0.params = ["a": JSONValue.object([JSONMember("b", 1)])] },
    { $0.host = "x" },
    { $0.user = "x" },
    { $0.repositoryURL = "x" },
    { $0.command = "x" },
    { $0.path = "x" },
    { $0.pythonVersion = "x" },
    { $0.packages = ["x": "1"] },
    { $0.keepsakeVersion = "x" },
    { $0.git = GitState(commit: "x", branch: "", remote: "", isDirty: false) },
    { $0.git = GitState(commit: "x", branch: "", remote: "", isDirty: true) },
    { $0.ending = Ending(outcome: .finished, time: time) },
    { $0.ending = Ending(outcome: .finished, time: time, exitCode: 0) },
    { $0.resumedFrom = id?.bits },
    { $0.heartbeat = time },
    { $0.unknownMembers = [JSONMember("x", 1)] },
    { experiment in change(&experiment) { $0.metrics = ["loss": 0.25] } },
    { experiment in change(&experiment) { $0.metrics = ["loss": 1] } },
    { experiment in change(&experiment) { $0.metrics = ["loss": "high"] } },
    { experiment in change(&experiment) { $0.metrics = ["other": 0.5] } },
    { experiment in change(&experiment) { $0.step = 7 } },
    { experiment in change(&experiment) { $0.path = "x" } },
    { experiment in change(&experiment) { $0.created = Timestamp(nanoseconds: 2) } },
    { experiment in change(&experiment) { $0.primaryMetric = .minimize("loss") } },
    { experiment in change(&experiment) { $0.primaryMetric = .maximize("loss") } },
    { experiment in change(&experiment) { $0.unknownMembers = [JSONMember("x", 1)] } },
    { $0.checkpoints = CheckpointTable() },
  ]

  private static func change(
    _ experiment: inout Experiment, _ body: (inout Checkpoint) -> Void
  ) {
    var checkpoint = experiment.checkpoints[0]
    body(&checkpoint)
    experiment.checkpoints = CheckpointTable([checkpoint])
  }

  @Test func `is the same for the same and differs for any difference`() throws {
    var seen: [[UInt8]: Int] = [Self.content(try Self.experiment()): -1]
    #expect(seen[Self.content(try Self.experiment())] == -1)
    for (index, change) in Self.changes.enumerated() {
      var experiment = try Self.experiment()
      try change(&experiment)
      let content = Self.content(experiment)
      #expect(seen[content] == nil, "change \(index) looks like change \(seen[content] ?? -2)")
      seen[content] = index
    }
  }

  /// A property that is added must be added to the content too.
  @Test func `covers every property`() throws {
    func names(_ value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }
    let experiment = try Self.experiment()
    #expect(
      names(experiment) == [
        "id", "created", "params", "host", "user", "repositoryURL", "command", "path",
        "pythonVersion", "packages", "keepsakeVersion", "git", "ending", "resumedFrom",
        "heartbeat", "checkpoints", "unknownMembers",
      ])
    // `places` says nothing that the columns do not.
    #expect(
      names(experiment.checkpoints) == [
        "ids", "created", "steps", "columns", "places", "paths", "primaryMetrics",
        "unknownMembers",
      ])
    #expect(
      names(experiment.checkpoints.columns[0]) == [
        "name", "firstRow", "numbers", "kinds", "others",
      ])
  }
}
