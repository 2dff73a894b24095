import Keepsake
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Synchronization
import Testing

/// A project on a disk, and a clock that tests move.
private final class Fixture: Sendable {
  let folder = TemporaryFolder()
  let time = Mutex(Timestamp(nanoseconds: 1_700_000_000_000_000_000))
  let repository: Repository

  init() throws {
    try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
    repository = Repository(store: DiskStore(root: "\(folder.path)/.keepsake"))
  }

  var options: RecorderOptions {
    var options = RecorderOptions()
    options.ticks = false
    options.now = { self.time.withLock { $0 } }
    options.environment = RunEnvironment(command: "train --lr 0.1", user: "ada", host: "lab")
    return options
  }

  func advance(seconds: Int64) {
    time.withLock { $0.nanoseconds += seconds * 1_000_000_000 }
  }

  func start(path: String? = nil, params: NamedValues = [:]) throws -> Recorder {
    try Recorder(
      path: path, params: params, projectDirectory: folder.path, options: options)
  }

  func only() async throws -> Experiment {
    let listing = try await repository.listing()
    #expect(listing.problems == [])
    #expect(listing.experiments.count == 1)
    return try #require(listing.experiments.first)
  }

  func json(of id: ExperimentID) -> String {
    folder.read(".keepsake/metadata/experiments/\(id).json") ?? ""
  }
}

@Suite struct `A recorder` {
  @Test func `records where, how and with what a program ran`() async throws {
    let fixture = try Fixture()
    try fixture.folder.write("print(1)", to: "train.py")
    let recorder = try fixture.start(
      path: ".", params: ["lr": 0.1, "layers": [1, 2] as JSONValue])
    let summary = recorder.finish()
    #expect(summary.losses == [])
    let experiment = try await fixture.only()
    #expect(experiment.params == ["lr": 0.1, "layers": [1, 2] as JSONValue])
    #expect(experiment.command == "train --lr 0.1")
    #expect(experiment.user == "ada")
    #expect(experiment.host == "lab")
    #expect(experiment.path == ".")
    #expect(experiment.ending?.outcome == .finished)
    #expect(experiment.status(at: fixture.options.now()) == .finished)
    let files = try await fixture.repository.fileIndex(of: .experiment(experiment.id))
    #expect(files?.files.map(\.path) == ["keepsake.yaml", "train.py"])
  }

  @Test func `makes a checkpoint visible as soon as the call returned`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    recorder.checkpoint(metrics: ["loss": 0.5], primaryMetric: .minimize("loss"))
    let receipt = recorder.checkpoint(metrics: ["loss": 0.25], primaryMetric: .minimize("loss"))
    #expect(receipt.step == 1)
    let experiment = try await fixture.only()
    #expect(experiment.checkpoints.steps == [0, 1])
    #expect(experiment.best?.id == receipt.id)
    #expect(!fixture.json(of: experiment.id).contains("0.25"))
    recorder.finish()
    #expect(fixture.json(of: experiment.id).contains("0.25"))
    #expect(fixture.folder.names(in: ".keepsake/metadata/journals") == [])
  }

  @Test func `counts steps on from the last one`() throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    let steps = [nil, 5, nil, -3, nil].map { recorder.checkpoint(step: $0).step }
    #expect(steps == [0, 5, 6, -3, -2])
    recorder.finish()
  }

  @Test func `saves the files as they were at the call`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    try fixture.folder.write("first", to: "weights/w.txt")
    let receipt = recorder.checkpoint(path: "weights")
    try fixture.folder.write("second", to: "weights/w.txt")
    #expect(recorder.finish().losses == [])
    let index = try await fixture.repository.fileIndex(of: .checkpoint(receipt.id))
    #expect(index?.files.map(\.path) == ["weights/w.txt"])
    #expect(index?.files.map(\.byteCount) == [5])
  }

  @Test func `reports a path that does not exist and keeps the metrics`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    let receipt = recorder.checkpoint(path: "nothing", metrics: ["loss": 1.5])
    #expect(receipt.losses.count == 1)
    #expect(recorder.finish().losses.count == 1)
    #expect(try await fixture.only().checkpoints.first?.metrics["loss"] == 1.5)
  }

  @Test func `refuses to start with a path that does not exist`() throws {
    let fixture = try Fixture()
    #expect(throws: (any Error).self) { try fixture.start(path: "nothing") }
    #expect(fixture.folder.names(in: ".keepsake/metadata/experiments") == [])
  }

  @Test func `refuses a repository that a newer version wrote`() throws {
    let fixture = try Fixture()
    try fixture.folder.write("{\"version\":2}", to: ".keepsake/repository.json")
    #expect(throws: RepositoryError.self) { try fixture.start() }
  }

  @Test func `says so when a checkpoint comes after the end`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    recorder.finish()
    #expect(recorder.checkpoint(metrics: ["loss": 1.0]).losses.count == 1)
    #expect(try await fixture.only().checkpoints.isEmpty)
  }

  @Test func `shows a run without signs of life as killed, and resuming goes on`() async throws {
    let fixture = try Fixture()
    do {
      let abandoned = try fixture.start()
      abandoned.checkpoint(metrics: ["loss": 3.0])
    }
    #expect(try await fixture.only().status(at: fixture.options.now()) == .running)
    fixture.advance(seconds: 60)
    let killed = try await fixture.only()
    #expect(killed.status(at: fixture.options.now()) == .killed)
    let resumed = try Recorder(
      resuming: killed.id.short, projectDirectory: fixture.folder.path, options: fixture.options)
    #expect(resumed.checkpoint(metrics: ["loss": 2.0]).step == 1)
    #expect(try await fixture.only().status(at: fixture.options.now()) == .running)
    resumed.finish(.failed, exitCode: 3)
    let experiment = try await fixture.only()
    #expect(experiment.checkpoints.steps == [0, 1])
    #expect(experiment.ending?.outcome == .failed)
    #expect(experiment.ending?.exitCode == 3)
  }

  @Test func `goes on with a finished run as a running one`() async throws {
    let fixture = try Fixture()
    let first = try fixture.start()
    first.finish()
    let second = try Recorder(
      resuming: first.experimentID.description, projectDirectory: fixture.folder.path,
      options: fixture.options)
    #expect(try await fixture.only().status(at: fixture.options.now()) == .running)
    second.finish()
    #expect(try await fixture.only().status(at: fixture.options.now()) == .finished)
  }

  @Test func `does not bring back an experiment that was removed meanwhile`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    recorder.checkpoint(metrics: ["loss": 1.0])
    try await fixture.repository.remove(fixture.only())
    recorder.checkpoint(metrics: ["loss": 2.0])
    let summary = recorder.finish()
    #expect(summary.losses.count == 1)
    #expect(try await fixture.repository.listing().experiments == [])
    #expect(fixture.folder.names(in: ".keepsake/metadata/heartbeats") == [])
  }

  @Test func `leaves a checkpoint out that was removed meanwhile`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    let gone = recorder.checkpoint(metrics: ["loss": 1.0])
    try await fixture.repository.remove(
      gone.id, of: fixture.only(), now: fixture.options.now())
    #expect(try await fixture.only().checkpoints.isEmpty)
    let kept = recorder.checkpoint(metrics: ["loss": 2.0])
    recorder.finish()
    #expect(try await fixture.only().checkpoints.ids == [kept.id])
    #expect(fixture.folder.names(in: ".keepsake/metadata/journals") == [])
  }

  @Test func `keeps what another process adds to the experiment's file`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    let text = fixture.json(of: recorder.experimentID)
    let changed = text.replacing("\n \"params\"", with: "\n \"project\": \"x\",\n \"params\"")
    try fixture.folder.write(
      changed, to: ".keepsake/metadata/experiments/\(recorder.experimentID).json")
    recorder.checkpoint(metrics: ["loss": 1.0])
    recorder.finish()
    let experiment = try await fixture.only()
    #expect(experiment.unknownMembers == [JSONMember("project", "x")])
    #expect(experiment.checkpoints.count == 1)
  }

  @Test func `records checkpoints that its caller made, all with one write`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    let made = (0..<3).map { step in
      Checkpoint(
        id: literal(CheckpointID(String(repeating: "\(step)", count: 64))),
        created: Timestamp(nanoseconds: step * 1_000_000_000), step: step * 10,
        metrics: ["loss": Double(step) + 0.5])
    }
    #expect(recorder.record(made) == nil)
    #expect(try await Array(fixture.only().checkpoints) == made)
    recorder.finish()
    #expect(recorder.record(made)?.checkpoint == made[0].id)
    #expect(try await Array(fixture.only().checkpoints) == made)
  }

  @Test func `writes a long experiment as a short one`() async throws {
    let fixture = try Fixture()
    let recorder = try fixture.start()
    for round in 0..<4 {
      for step in 0..<500 {
        recorder.checkpoint(
          metrics: ["loss": 0.1, "note": String(repeating: "x", count: 200)],
          step: round * 500 + step)
      }
      #expect(recorder.wait() == [])
    }
    recorder.finish()
    let experiment = try await fixture.only()
    #expect(experiment.checkpoints.steps == (0..<2000).map { Int64($0) })
    let json = fixture.json(of: experiment.id)
    #expect(json.utf8.count > 700_000)
    #expect(json == String(decoding: ExperimentEncoder.encode(experiment), as: UTF8.self))
  }

  @Test func `fails the experiment when the scope throws`() async throws {
    struct Broken: Error {}
    let fixture = try Fixture()
    #expect(throws: Broken.self) {
      try withExperiment(projectDirectory: fixture.folder.path, options: fixture.options) { _ in
        throw Broken()
      }
    }
    #expect(try await fixture.only().ending?.outcome == .failed)
  }

  @Test func `does not go on with an experiment that another one records`() async throws {
    let fixture = try Fixture()
    let first = try fixture.start()
    first.checkpoint(metrics: ["loss": 1.0])
    let error = #expect(throws: RecorderError.self) {
      try Recorder(
        resuming: first.experimentID.short, projectDirectory: fixture.folder.path,
        options: fixture.options)
    }
    #expect(error?.code == .alreadyRecording)
    var options = fixture.options
    options.takesOver = true
    let second = try Recorder(
      resuming: first.experimentID.short, projectDirectory: fixture.folder.path, options: options)
    #expect(second.firstStep == 1)
    #expect(second.finish().losses == [])
    #expect(first.finish().losses == [])
    #expect(try await fixture.only().checkpoints.count == 1)
  }

  @Test func `shares an experiment with one that gives no signs of life`() async throws {
    let fixture = try Fixture()
    var silent = fixture.options
    silent.heartbeatInterval = nil
    let first = try Recorder(projectDirectory: fixture.folder.path, options: silent)
    let second = try Recorder(
      resuming: first.experimentID.description, projectDirectory: fixture.folder.path,
      options: fixture.options)
    for step in 0..<5 {
      first.checkpoint(metrics: ["a": Double(step)], step: step)
      second.checkpoint(metrics: ["b": Double(step)], step: step)
    }
    first.wait()
    second.wait()
    first.finish()
    second.finish()
    #expect(try await fixture.only().checkpoints.count == 10)
  }
}
