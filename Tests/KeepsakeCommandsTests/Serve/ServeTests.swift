import Foundation
import Keepsake
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@testable import KeepsakeCommands

extension WireClient {
  fileprivate var repository: Repository {
    Repository(store: DiskStore(root: "\(folder.path)/.keepsake"))
  }

  fileprivate func only() async throws -> Experiment {
    let listing = try await repository.listing()
    #expect(listing.problems == [])
    #expect(listing.experiments.count == 1)
    return try #require(listing.experiments.first)
  }
}

@Suite struct `keepsake serve` {
  @Test func `records what a program tells it`() async throws {
    let client = try await WireClient.connected()
    let id = try await client.start([
      "params": ["lr": 0.1, "seed": 3], "command": "python train.py --lr 0.1",
      "python_version": "3.12.4", "python_packages": ["PyYAML": "6.0"],
    ])
    for step in Int64(0)..<3 {
      client.send(
        WireClient.checkpoint(id, step * 10, ["loss": .number(0.5 / Double(step)), "n": ["a": []]]))
    }
    let stopped = try await client.ok(
      "stop",
      [
        "experiment": .string(id), "outcome": "failed", "exit_code": 3,
      ])
    #expect(stopped == ["losses": []])
    await client.end()
    let experiment = try await client.only()
    #expect(experiment.params == ["lr": 0.1, "seed": 3])
    #expect(experiment.command == "python train.py --lr 0.1")
    #expect(experiment.pythonVersion == "3.12.4")
    #expect(experiment.packages == ["PyYAML": "6.0"])
    #expect(!experiment.user.isEmpty && !experiment.host.isEmpty)
    #expect(experiment.ending?.outcome == .failed && experiment.ending?.exitCode == 3)
    #expect(experiment.checkpoints.steps == [0, 10, 20])
    #expect(experiment.checkpoints[0].metrics["loss"] == .number(.infinity))
    #expect(experiment.checkpoints[0].created == Timestamp("2026-11-23T12:00:00.5Z"))
    #expect(experiment.best?.step == 20)
    #expect(client.events == [])
  }

  @Test func `marks what was not stopped as killed, without a torn last line`() async throws {
    let client = try await WireClient.connected()
    let id = try await client.start()
    client.send(WireClient.checkpoint(id, 1))
    client.send(bytes: Array(#"{"do":"checkpoint","experiment":"\#(id)","check"#.utf8))
    await client.end()
    let experiment = try await client.only()
    #expect(experiment.checkpoints.steps == [1])
    #expect(experiment.ending?.outcome == .killed)
    #expect(client.folder.names(in: ".keepsake/metadata/heartbeats") == [])
  }

  @Test func `goes on with an experiment`() async throws {
    let first = try await WireClient.connected()
    let id = try await first.start(["params": ["a": 1]])
    first.send(WireClient.checkpoint(id, 4))
    #expect(
      try await first.errorCode("start", ["resume": .string(String(id.prefix(8)))])
        == "already_recording")
    #expect(throws: RecorderError.self) {
      try Recorder(resuming: id, projectDirectory: first.folder.path)
    }
    await first.end()

    let second = try await WireClient.connected()
    let place = JSONValue.string(first.folder.path)
    let answer = try await second.ok("start", ["resume": .string(id), "working_directory": place])
    #expect(answer["next_step"] == 5)
    #expect(answer["experiment"]?["params"] == ["a": 1])
    #expect(answer["experiment"]?["status"] == "running")
    second.send(WireClient.checkpoint(id, 5))
    #expect(try await second.ok("stop", ["experiment": .string(id)]) == ["losses": []])
    await second.end()
    let experiment = try await first.only()
    #expect(experiment.checkpoints.steps == [4, 5])
    #expect(experiment.ending?.outcome == .finished)
  }

  @Test func `lists and finds what was recorded before the request`() async throws {
    let client = try await WireClient.connected()
    let id = try await client.start(["params": ["a": 1]])
    let other = try await client.start(["params": ["a": 2]])
    client.send(WireClient.checkpoint(id, 1, ["loss": 0.5]))
    client.send(WireClient.checkpoint(id, 2, ["loss": 0.25]))

    let listed = try await client.ok("list", ["filters": ["a = 1"]])
    #expect(listed == ["count": 1, "problems": [], "warnings": []])
    let full = try #require(client.parts.first?["experiment"])
    #expect(full["id"] == .string(id) && full["status"] == "running")
    guard case .array(let checkpoints)? = full["checkpoints"] else {
      Issue.record("no checkpoints")
      return
    }
    #expect(checkpoints.map { $0["step"] } == [1, 2])

    _ = try await client.ok("list", ["checkpoints": false, "sort": "created-desc"])
    #expect(client.parts.map { $0["experiment"]?["id"] } == [.string(other), .string(id)])
    let summary = try #require(client.parts.last?["experiment"])
    #expect(summary["num_checkpoints"] == 2 && summary["checkpoints"] == nil)
    #expect(summary["best_checkpoint"]?["step"] == 2)

    let checkpoint = WireClient.checkpoint(id, 2)["checkpoint"]?["id"] ?? .null
    let found = try await client.ok("get", ["prefix": checkpoint])
    #expect(found["experiment"] == full && found["checkpoint"] == checkpoint)
    let byKind = try await client.ok("get", ["prefix": .string(id), "kind": "experiment"])
    #expect(byKind["experiment"] == full && byKind["checkpoint"] == .null)
    #expect(
      try await client.ok("is_running", ["prefix": .string(id)])
        == ["running": true, "status": "running"])
    await client.end()
  }

  @Test func `gets files back, and makes a report`() async throws {
    let client = try await WireClient.connected()
    try client.folder.write("code", to: "train.py")
    try client.folder.write("one", to: "weights/w.bin")
    let id = try await client.start(["path": "train.py", "command": "python train.py"])
    let line = WireClient.checkpoint(id, 1, path: "weights")
    #expect(
      try await client.ok("checkpoint", line.membersByName) == ["losses": [], "warnings": []])
    try client.folder.write("two", to: "weights/w.bin")
    let checkpoint = try #require(line["checkpoint"]?["id"])

    let opened = try await client.ok("open", ["prefix": checkpoint, "path": "weights/w.bin"])
    let file = try #require(opened["file"]?.stringValue)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "one")

    let answer = try await client.ok("checkout", ["prefix": .string(id), "output": "out"])
    #expect(answer["file_count"] == 2 && answer["checkpoint"] == checkpoint)
    #expect(client.folder.read("out/weights/w.bin") == "one")
    #expect(client.folder.read("out/train.py") == "code")
    let again: [String: JSONValue] = ["prefix": .string(id), "output": "out"]
    #expect(try await client.errorCode("checkout", again) == "would_overwrite")
    #expect(
      try await client.ok("checkout", again.merging(["force": true]) { $1 })["file_count"] == 2)

    let report = try await client.ok("report", ["choices": ["output": "site", "title": "Runs"]])
    #expect(report["index"] == .string("\(client.folder.path)/site/index.html"))
    #expect(client.folder.read("site/index.html")?.contains("Runs") ?? false)

    #expect(
      try await client.ok("delete", ["prefixes": [checkpoint]])
        == ["experiments": [], "checkpoints": [checkpoint]])
    #expect(try await client.errorCode("open", ["prefix": checkpoint, "path": "x"]) == "not_found")
    await client.end()
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try await client.only().checkpoints.isEmpty)
  }

  @Test func `keeps the metrics of a checkpoint whose files are not there`() async throws {
    let client = try await WireClient.connected()
    let id = try await client.start()
    let line = WireClient.checkpoint(id, 1, path: "nothing")
    let answer = try await client.ok("checkpoint", line.membersByName)
    guard case .array(let losses)? = answer["losses"] else {
      Issue.record("\(answer)")
      return
    }
    #expect(losses.map { $0["checkpoint"] } == [line["checkpoint"]?["id"]])
    await client.end()
    #expect(try await client.only().checkpoints.map(\.path) == [""])
  }

  @Test func `names what went wrong by a code`() async throws {
    let client = try await WireClient.connected()
    #expect(
      try await client.errorCode("start", ["working_directory": "/dev"]) == "config_not_found")
    #expect(try await client.errorCode("list", ["repository": "x://y"]) == "invalid_repository_url")
    #expect(try await client.errorCode("start", ["path": "/etc"]) == "invalid_path")
    #expect(try await client.errorCode("start", ["resumed_from": "abc"]) == "invalid_request")
    #expect(
      try await client.errorCode("get", ["prefix": "abc", "kind": "experiment"]) == "not_found")
    #expect(try await client.errorCode("get", ["prefix": "abc"]) == "not_found")
    #expect(try await client.errorCode("list", ["filters": ["nonsense"]]) == "invalid_query")
    #expect(try await client.errorCode("report", ["choices": ["colour": "red"]]) == "invalid_query")
    let id = try await client.start()
    _ = try await client.start()
    #expect(try await client.errorCode("get", ["prefix": ""]) == "ambiguous")
    #expect(try await client.errorCode("checkout", ["prefix": .string(id)]) == "no_files")
    try client.folder.write("{\"version\":2}", to: ".keepsake/repository.json")
    #expect(try await client.errorCode("list") == "newer_version")
    try client.folder.write("?", to: ".keepsake/repository.json")
    #expect(try await client.errorCode("list") == "corrupt_repository")
    try client.folder.write("storage: 3", to: "keepsake.yaml")
    #expect(try await client.errorCode("list") == "invalid_config")
    client.close()
  }

  @Test func `goes on recording while nobody reads its answers`() async throws {
    let client = try await WireClient.connected()
    let id = try await client.start()
    // More than pipes hold, in both directions.
    for step in Int64(0)..<3000 {
      client.send(bytes: Array("\(String(repeating: "?", count: 50))\n".utf8))
      client.send(WireClient.checkpoint(id, step, ["loss": 0.5]))
    }
    #expect(try await client.ok("stop", ["experiment": .string(id)]) == ["losses": []])
    #expect(client.events.count == 3000)
    await client.end()
    #expect(try await client.only().checkpoints.count == 3000)
  }

  @Test func `tells of trouble at once, and in the end of what stood`() async throws {
    // Of the writes of a run without signs of life, the third is the first of the journal.
    let store = FaultyStore(MemoryStore(), failingWrite: 2)
    let client = try await WireClient.connected(openers: .disk.adding(.file) { _ in store })
    let id = try await client.start(["heartbeat": false])
    client.send(WireClient.checkpoint(id, 1))
    client.send(WireClient.checkpoint(id, 2))
    #expect(try await client.ok("stop", ["experiment": .string(id)]) == ["losses": []])
    #expect(client.events.map { $0["event"] } == ["loss"])
    #expect(client.events.first?["experiment"] == .string(id))
    await client.end()
    let experiment = try await Repository(store: store).listing().experiments.first
    #expect(experiment?.checkpoints.steps == [1, 2])
  }
}

extension JSONValue {
  fileprivate var membersByName: [String: JSONValue] {
    guard case .object(let members) = self else { return [:] }
    return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
  }
}
