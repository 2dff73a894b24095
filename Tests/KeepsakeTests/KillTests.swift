import Foundation
import Keepsake
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

/// Each round starts a program that records as fast as it can and kills it at a random moment.
@Suite struct `A recording process that is killed` {
  @Test(arguments: UInt64(0)..<16)
  func `leaves a clean repository with every checkpoint whose call returned`(
    seed: UInt64
  ) async throws {
    let folder = TemporaryFolder()
    try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
    try folder.write(String(repeating: "weights ", count: 4096), to: "data/weights.txt")

    var generator = SeededGenerator(seed: seed)
    let lineLimit = Int.random(in: 0...1500, using: &generator)
    let printed = try record(in: folder.path, killAfterLines: lineLimit)

    let repository = Repository(store: DiskStore(root: "\(folder.path)/.keepsake"))
    let listing = try await repository.listing()
    #expect(listing.problems == [])
    guard let line = printed.first else { return }
    let experiment = try #require(listing.experiments.first)
    #expect(line == "experiment \(experiment.id)")
    let known = Set(experiment.checkpoints.ids)
    for line in printed.dropFirst() {
      let id = try #require(CheckpointID(line.dropFirst("checkpoint ".count)))
      #expect(known.contains(id), "\(id) is lost")
    }
    // What has a list of its files is complete.
    let target = TemporaryFolder()
    for id in experiment.checkpoints.ids {
      guard let index = try await repository.fileIndex(of: .checkpoint(id)) else { continue }
      let result = try await repository.extract(.checkpoint(id), to: target.path)
      #expect(index.files.map(\.path) == ["data/weights.txt"])
      #expect(result.fileCount == 1)
      #expect(target.read("data/weights.txt")?.utf8.count == 8 * 4096)
    }

    // The next recorder says what the killed one left, and leaves it to those who push.
    let next = try Recorder(path: "data", projectDirectory: folder.path)
    #expect(next.finish().losses == [])
    let left = try repository.takeOverWaiting { _ in true }.taken
    #expect(next.warnings.count == (left.isEmpty ? 0 : 1))
    let recorded = try await repository.knownSnapshots(of: experiment.id)
    for staged in left { _ = try await repository.send(staged, known: recorded) }
    for (step, line) in printed.enumerated() where step == 0 || step % 4 == 1 {
      let id =
        step == 0
        ? .experiment(experiment.id)
        : SnapshotID.checkpoint(try #require(CheckpointID(line.dropFirst("checkpoint ".count))))
      #expect(try await repository.fileIndex(of: id) != nil, "the files of \(id) are lost")
    }
    #expect(try repository.takeOverWaiting { _ in false }.otherCount == 0)
    #expect(try await repository.listing().experiments.count == 2)
  }

  @Test func `that ends without finishing has saved everything`() async throws {
    let folder = TemporaryFolder()
    try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
    try folder.write("weights", to: "data/weights.txt")
    let process = try launch([folder.path, "5"], output: Pipe())
    process.waitUntilExit()
    let repository = Repository(store: DiskStore(root: "\(folder.path)/.keepsake"))
    let experiment = try #require(try await repository.listing().experiments.first)
    #expect(experiment.checkpoints.steps == [0, 1, 2, 3, 4])
    #expect(experiment.ending?.outcome == .failed)
    #expect(experiment.ending?.exitCode == 3)
    for row in [0, 4] {
      let id = SnapshotID.checkpoint(experiment.checkpoints.ids[row])
      #expect(try await repository.fileIndex(of: id)?.files.count == 1)
    }
    #expect(folder.names(in: ".keepsake/metadata/heartbeats") == [])
    #expect(folder.names(in: ".keepsake/metadata/journals") == [])
  }

  private func launch(_ arguments: [String], output: Pipe) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "RecorderKillTarget")
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    return process
  }

  /// The complete lines that the program printed before it was killed.
  private func record(in folder: String, killAfterLines limit: Int) throws -> [String] {
    let pipe = Pipe()
    let process = try launch([folder], output: pipe)
    var output = Data()
    while output.count(where: { $0 == 0x0A }) < limit {
      let more = pipe.fileHandleForReading.availableData
      if more.isEmpty { break }
      output += more
    }
    kill(process.processIdentifier, SIGKILL)
    output += pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let complete = output.lastIndex(of: 0x0A).map { output[...$0] } ?? Data()
    return String(decoding: complete, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
