import Foundation
import Keepsake
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

/// The program that is built beside these tests.
private let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  .appending(path: "keepsake")

@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: binary.path),
    "the command was not built beside the tests: run swift build first"))
struct `The process of keepsake serve` {
  private func only(_ client: WireClient) async throws -> Experiment {
    let store = DiskStore(root: "\(client.folder.path)/.keepsake")
    return try #require(try await Repository(store: store).listing().experiments.first)
  }

  @Test func `outlives the signals of its process group`() async throws {
    let client = try WireClient()
    let process = Process()
    process.executableURL = binary
    process.arguments = ["serve"]
    try await client.launch(process)
    let id = try await client.start()
    for signal in [SIGINT, SIGHUP, SIGPIPE, SIGTERM] {
      kill(process.processIdentifier, signal)
      client.send(WireClient.checkpoint(id, Int64(signal)))
    }
    #expect(
      try await client.ok("stop", ["experiment": .string(id), "outcome": "failed"]) == [
        "losses": []
      ])
    client.close()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    let experiment = try await only(client)
    #expect(experiment.checkpoints.count == 4)
    #expect(experiment.ending?.outcome == .failed)
  }

  @Test func `ends when its parent is killed, although another process holds the pipe`()
    async throws
  {
    let client = try WireClient()
    let parent = Process()
    parent.executableURL = URL(filePath: "/bin/sh")
    // The test keeps the pipe open, as a process would that the parent had forked.
    parent.arguments = ["-c", "exec 3<&0; \"$0\" serve <&3 & wait", binary.path]
    try await client.launch(parent)
    let id = try await client.start()
    client.send(WireClient.checkpoint(id, 1))
    client.send(bytes: Array(#"{"do":"checkpoint","exper"#.utf8))
    kill(parent.processIdentifier, SIGKILL)
    await client.waitForSilence()
    let experiment = try await only(client)
    #expect(experiment.checkpoints.steps == [1])
    #expect(experiment.ending?.outcome == .killed)
  }
}
