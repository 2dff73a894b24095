import Foundation
import Keepsake
import KeepsakeModel
import KeepsakeTestSupport
import KeepsakeRepository
import KeepsakeStores
import Synchronization

@testable import KeepsakeCommands

/// What a command printed and how it ended.
struct CommandRun: Sendable {
  var status: Int32
  var output: String
  var messages: String
}

/// A repository in memory and a folder on disk.
final class Bench: Sendable {
  static let now = literal(Timestamp("2026-11-23T21:38:35Z"))

  let store = MemoryStore()
  let folder = FileManager.default.temporaryDirectory.path + "/keepsake-commands-\(UUID())"

  init(_ experiments: [Experiment] = []) async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for experiment in experiments { try await add(experiment) }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func add(_ experiment: Experiment) async throws {
    try await store.put(
      ExperimentEncoder.encode(experiment), at: RepositoryLayout.experiment(experiment.id))
    if let heartbeat = experiment.heartbeat {
      let text = "{\"last_heartbeat\": \"\(heartbeat.rfc3339)\"}"
      try await store.put(Array(text.utf8), at: RepositoryLayout.heartbeat(experiment.id))
    }
  }

  /// Stores a snapshot with these files.
  func addSnapshot(_ id: SnapshotID, _ files: [String: String]) async throws {
    let source = "\(folder)/.snapshot-\(id)"
    let archive = "\(folder)/.archive-\(id)"
    defer {
      try? FileManager.default.removeItem(atPath: source)
      try? FileManager.default.removeItem(atPath: archive)
    }
    for (path, text) in files {
      let file = URL(filePath: "\(source)/\(id)/\(path)")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "-czf", archive, "-C", source, "\(id)"]
    try tar.run()
    tar.waitUntilExit()
    let bytes = Array(try Data(contentsOf: URL(filePath: archive)))
    try await store.put(bytes, at: RepositoryLayout.tarball(id))
  }

  /// Stages a file as a process does that ends before it could store it.
  func leave(_ id: SnapshotID, of experiment: ExperimentID, _ text: String) throws {
    let project = "\(folder)/.left-\(id)"
    try FileManager.default.createDirectory(atPath: project, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: "\(project)/weights"))
    let walk = try FileWalk(
      SnapshotPath("weights", project: project), project: project, rules: IgnoreRules())
    _ = try StagingArea(in: store.scratchFolder).stage(walk, as: id, of: experiment)
  }

  /// Runs the command in the folder, on the repository in memory.
  ///
  /// - Parameters:
  ///   - faulty: a store that passes on to the one in memory.
  ///   - input: what the person types, a line each.
  ///   - columns: the width of the terminal; `nil` for a pipe.
  func keepsake(
    _ arguments: String..., input: [String] = [], columns: Int? = nil,
    environment: [String: String] = [:], repository: String? = "file:///memory",
    faulty: FaultyStore? = nil
  ) async -> CommandRun {
    let output = Mutex("")
    let messages = Mutex("")
    let lines = Mutex(input[...])
    let store: any ObjectStore = faulty ?? store
    let session = Session(
      workingDirectory: folder, environment: environment,
      output: OutputChannel(isTerminal: columns != nil, columns: columns ?? 80) { text in
        output.withLock { $0 += text }
      },
      messages: OutputChannel(isTerminal: columns != nil, columns: columns ?? 80) { text in
        messages.withLock { $0 += text }
      },
      input: InputChannel(
        readLine: { lines.withLock { $0.popFirst() } },
        readAll: { lines.withLock { Array($0.joined(separator: "\n").utf8) } }),
      now: { Self.now }, localTime: .utc,
      openers: repository == nil
        ? .disk : .disk.adding(.file) { _ in store }.adding(.s3) { _ in store },
      host: "here")
    let options = repository.map { ["-R", $0] } ?? []
    let status = await CommandLineTool.run(arguments + options, in: session)
    return CommandRun(
      status: status, output: output.withLock { $0 }, messages: messages.withLock { $0 })
  }
}

/// 64 digits that start like this.
func digits(_ start: String) -> String {
  start + String(repeating: "0", count: 64 - start.utf8.count)
}

extension Experiment {
  init(_ start: String, _ created: String, _ params: NamedValues = [:]) {
    self.init(
      id: literal(ExperimentID(digits(start))), created: literal(Timestamp(created)), params: params
    )
    (user, command, pythonVersion) = ("ada", "train.py", "3.9.1")
  }

  mutating func add(
    _ start: String, after seconds: Int64, step: Int64, path: String = "",
    _ metrics: NamedValues, primary: PrimaryMetric? = .minimize("loss")
  ) {
    checkpoints.append(
      Checkpoint(
        id: literal(CheckpointID(digits(start))),
        created: Timestamp(nanoseconds: created.nanoseconds + seconds * 1_000_000_000), step: step,
        path: path, metrics: metrics, primaryMetric: primary))
  }

  /// The project `several` of the oracle's transcripts.
  static var several: [Experiment] {
    var first = Experiment(
      "a1ffffe", "2025-10-19T21:38:34Z",
      ["layers": 3, "learning_rate": 0.1, "optimizer": "adam", "same": 1])
    first.add("1000006", after: 100, step: 7, ["loss": 1], primary: nil)
    var second = Experiment(
      "b2c3d4e", "2026-11-21T21:38:34Z",
      [
        "flag": false, "layers": 10, "learning_rate": 0.001, "list": [1] as JSONValue,
        "name": "short", "obj": ["c": 1] as JSONValue, "optimizer": "sgd", "same": 1,
      ])
    (second.user, second.host) = ("grace", "gpu1")
    second.packages = ["numpy": "1.1", "torch": "2.0"]
    second.add("1000004", after: 10, step: 0, ["accuracy": 1, "loss": 12345.678])
    second.add(
      "1000005", after: 20, step: 100,
      [
        "b": true, "big": 123456789012.5, "loss": 1e-7, "o": ["x": 1] as JSONValue,
        "s": "a metric that is a string", "z": JSONValue.null,
      ])
    var third = Experiment(
      "a1b2c3d", "2026-11-23T18:38:34Z",
      [
        "flag": true, "layers": 3, "learning_rate": 0.01, "list": [1, 2.5, "x"] as JSONValue,
        "name": "a quite long string that is over twenty chars", "nothing": JSONValue.null,
        "obj": ["a": "<&>", "b": 1] as JSONValue, "optimizer": "adam", "same": 1,
      ])
    third.command = "train.py --lr 0.01 'a b'"
    third.path = "."
    third.packages = ["joblib": "1.2", "numpy": "1.0"]
    third.add(
      "1000001", after: 60, step: 0, path: "weights", ["accuracy": 0.25, "loss": 0.5, "n": 10])
    third.add(
      "1000002", after: 120, step: 1, path: "weights",
      ["accuracy": 0.75, "loss": 0.123456789, "n": 20])
    third.add(
      "1000003", after: 180, step: 2, path: "weights", ["accuracy": 0.5, "loss": 0.3, "n": 30])
    var fourth = Experiment("c3d4e5f", "2026-11-23T21:37:54Z")
    fourth.pythonVersion = ""
    fourth.heartbeat = Timestamp("2026-11-23T21:38:30Z")
    return [first, second, third, fourth]
  }
}
