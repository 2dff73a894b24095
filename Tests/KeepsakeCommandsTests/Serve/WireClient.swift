import Foundation
import Keepsake
import KeepsakeJSON
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeCommands

/// The program's side of the wire.
final class WireClient {
  let folder = TemporaryFolder()

  /// The events that came so far.
  private(set) var events: [JSONValue] = []

  private let input = Pipe()
  private let output = Pipe()
  private var unread: [UInt8] = []
  private var server: Task<Void, Never>?

  /// Opens the two pipes, in a project with a repository.
  init() throws {
    try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
  }

  /// Serves in this process.
  static func connected(openers: StoreOpeners = .disk) async throws -> WireClient {
    let client = try WireClient()
    let session = Session(
      workingDirectory: client.folder.path, environment: [:], output: .none, messages: .none,
      input: InputChannel(readLine: { nil }, readAll: { [] }), now: { .now }, localTime: .utc,
      openers: openers)
    let reader = PipeReader(descriptor: client.input.fileHandleForReading.fileDescriptor) { false }
    let output = LineOutput(descriptor: client.output.fileHandleForWriting.fileDescriptor)
    client.server = Task {
      await WireServer(session: session, output: output).run(reader)
      await output.finish(within: .seconds(10))
    }
    try await client.greet()
    return client
  }

  /// Gives the ends of a process to the other sides of the pipes.
  func launch(_ process: Process) async throws {
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try await greet()
  }

  private func greet() async throws {
    let line = try #require(await nextLine())
    #expect(line["protocol"] == 1)
    send(["protocol": 1, "version": "test"])
  }

  /// Writes a line.
  func send(_ value: JSONValue) {
    var writer = JSONWriter(indented: false)
    writer.value(value)
    send(bytes: writer.bytes + [0x0A])
  }

  func send(bytes: [UInt8]) { input.fileHandleForWriting.write(Data(bytes)) }

  /// Writes a request and waits for its answer; what comes before it and is no event is dropped.
  func ask(_ verb: String, _ members: [String: JSONValue] = [:]) async throws -> JSONValue {
    let id = Int64.random(in: 0..<1_000_000)
    let all = members.merging(["do": .string(verb), "id": .integer(id)]) { $1 }
    send(.object(all.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value) }))
    parts = []
    while let line = await nextLine() {
      if line["event"] != nil { events.append(line) }
      guard line["id"] == .integer(id) else { continue }
      if let part = line["part"] { parts.append(part) } else { return line }
    }
    throw Ended()
  }

  /// The parts of the last answer.
  private(set) var parts: [JSONValue] = []

  struct Ended: Error {}

  /// The object of an answer that must be good.
  func ok(_ verb: String, _ members: [String: JSONValue] = [:]) async throws -> JSONValue {
    let answer = try await ask(verb, members)
    return try #require(answer["ok"], "\(answer)")
  }

  /// The code of an answer that must be an error.
  func errorCode(_ verb: String, _ members: [String: JSONValue] = [:]) async throws -> String? {
    let answer = try await ask(verb, members)
    #expect(answer["error"]?["what"]?.stringValue?.isEmpty == false, "\(answer)")
    return answer["error"]?["code"]?.stringValue
  }

  /// Starts an experiment.
  func start(_ members: [String: JSONValue] = [:]) async throws -> String {
    try #require(try await ok("start", members)["experiment"]?["id"]?.stringValue)
  }

  /// The line that records a checkpoint.
  static func checkpoint(
    _ experiment: String, _ step: Int64, path: String = "", _ metrics: JSONValue = [:]
  ) -> JSONValue {
    let digits = String(step, radix: 16)
    return [
      "do": "checkpoint", "experiment": .string(experiment),
      "checkpoint": [
        "id": .string(String(repeating: "0", count: 64 - digits.count) + digits),
        "created": "2026-11-23T12:00:00.5Z", "step": .integer(step), "path": .string(path),
        "metrics": metrics, "primary_metric": ["name": "loss", "goal": "minimize"],
      ],
    ]
  }

  /// Writes no more.
  func close() { try? input.fileHandleForWriting.close() }

  /// Closes the pipe and waits until all is done.
  func end() async {
    close()
    await server?.value
  }

  /// Waits until nobody can write to this side any more.
  func waitForSilence() async {
    try? output.fileHandleForWriting.close()
    while await nextLine() != nil {}
  }

  private func nextLine() async -> JSONValue? {
    while true {
      if let end = unread.firstIndex(of: 0x0A) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread.removeSubrange(...end)
        return JSONText.value(line)
      }
      let output = output
      // Not on a thread that the server needs.
      let more = await OwnThread.run { output.fileHandleForReading.availableData }
      if more.isEmpty { return nil }
      unread += more
    }
  }
}

extension OutputChannel {
  fileprivate static var none: OutputChannel {
    OutputChannel(isTerminal: false, columns: 80) { _ in }
  }
}
