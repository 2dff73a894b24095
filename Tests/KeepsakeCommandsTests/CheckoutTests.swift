import Foundation
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import Testing

@testable import KeepsakeCommands

extension Bench {
  /// The text of a file in the folder; `nil` without one.
  fileprivate func text(_ path: String) -> String? {
    try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
  }

  /// An experiment with files and a checkpoint with others.
  fileprivate static func withFiles() async throws -> Bench {
    var experiment = Experiment("a", "2026-11-21T21:38:34Z")
    experiment.path = "."
    experiment.add("b", after: 1, step: 0, path: "weights", ["loss": 1])
    experiment.add("c", after: 2, step: 1, path: "weights", ["loss": 2])
    let bench = try await Bench([experiment])
    try await bench.addSnapshot(
      .experiment(experiment.id),
      ["train.py": "code", "data/sub/b.csv": "b", "weights/w": "old"])
    for (index, id) in experiment.checkpoints.ids.enumerated() {
      try await bench.addSnapshot(.checkpoint(id), ["weights/w": "w\(index)"])
    }
    return bench
  }
}

@Suite struct `keepsake checkout` {
  @Test func `writes the experiment's files, then those of its best checkpoint`() async throws {
    let bench = try await Bench.withFiles()
    let run = await bench.keepsake("checkout", "a", "-o", "out")
    #expect(
      run.messages == """
        ═══╡ Checking out files from experiment a000000 and its best checkpoint b000000

        ═══╡ Copying files from experiment a000000 to "out"...
        ═══╡ Copying files from checkpoint b000000 to "out/weights"...
        ═══╡ If you want to run this experiment again, this is how it was run:
           │ 
           │   train.py
           │ 

        """)
    #expect(run.output == "" && run.status == 0)
    #expect(bench.text("out/train.py") == "code" && bench.text("out/weights/w") == "w0")
  }

  @Test func `asks before it writes into a folder that is not empty`() async throws {
    let bench = try await Bench.withFiles()
    _ = await bench.keepsake("checkout", "c", "-o", "out")
    #expect(bench.text("out/weights/w") == "w1")
    let refused = await bench.keepsake("checkout", "b", "-o", "out", input: ["maybe", "n"])
    #expect(
      refused.output
        == "\nDo you want to continue? (y/N) \nDo you want to continue? (y/N) ")
    #expect(refused.messages.contains("═══╡ The directory \"out\" is not empty.\n"))
    #expect(refused.messages.hasSuffix("Please enter 'y' or 'n'\n═══╡ Aborting.\n"))
    #expect(refused.status == 1 && bench.text("out/weights/w") == "w1")
    let closed = await bench.keepsake("checkout", "b", "-o", "out")
    #expect(
      closed.messages.hasSuffix(
        "stdin is closed. If you're running in a script, you need to pass the '-f' option.\n"))
    #expect(await bench.keepsake("checkout", "b", "-o", "out", input: ["Yes"]).status == 0)
    #expect(bench.text("out/weights/w") == "w0")
    #expect(await bench.keepsake("checkout", "-f", "c", "-o", "out").status == 0)
  }

  @Test(arguments: ["data", "./data", "/data/", "data/sub/b.csv"])
  func `writes only a path with --path`(path: String) async throws {
    let bench = try await Bench.withFiles()
    let run = await bench.keepsake("checkout", "a", "-o", "out", "--path", path)
    #expect(run.messages.contains("Copied the path \(path) from experiment a000000 to \"out\""))
    #expect(bench.text("out/data/sub/b.csv") == "b" && bench.text("out/train.py") == nil)
  }

  @Test(arguments: ["nosuch", "tra"])
  func `fails where no snapshot has the path`(path: String) async throws {
    let run = try await Bench.withFiles().keepsake("checkout", "a", "-o", "out", "--path", path)
    #expect(
      run.messages.contains(
        "Neither the experiment a000000 nor the checkpoint b000000 has the path \(path) associated")
    )
    #expect(run.status == 1)
  }

  @Test func `writes nothing where a snapshot is missing`() async throws {
    let bench = try await Bench.withFiles()
    try await bench.store.remove(RepositoryLayout.tarball(.checkpoint(CheckpointID(digits("b"))!)))
    let run = await bench.keepsake("checkout", "a", "-o", "out")
    #expect(
      run.messages.contains("Checkpoint b000000 is supposed to have files associated with it"))
    #expect(run.status == 1 && bench.text("out/train.py") == nil)
  }

  @Test func `says where there are no files at all`() async throws {
    let run = try await Bench(Experiment.several).keepsake("checkout", "c3", "-o", "out")
    #expect(
      run.messages.contains("The experiment c3d4e5f does not have any files associated with it."))
  }
}

@Suite struct `keepsake rm` {
  @Test func `asks, and names checkpoints as checkpoints`() async throws {
    let bench = try await Bench.withFiles()
    let run = await bench.keepsake("rm", "b", "a", "a", input: [""])
    #expect(
      run.output == """
        You are about to delete the following:
        * Checkpoint b000000 (step 0) of experiment a000000
        * Experiment a000000 (2 checkpoints)

        Do you want to continue? (y/N) 
        """)
    #expect(run.messages == "═══╡ Aborting.\n" && run.status == 1)
  }

  @Test func `of a checkpoint removes its metadata and files`() async throws {
    let bench = try await Bench.withFiles()
    let run = await bench.keepsake("rm", "b", input: ["y"])
    #expect(run.messages == "═══╡ Removing checkpoint b000000...\n")
    #expect(await bench.keepsake("show", "b").status == 1)
    #expect(await bench.keepsake("show", "c").status == 0)
    #expect(try await bench.store.objects(below: "checkpoints/").count == 1)
  }

  @Test func `of an experiment leaves nothing`() async throws {
    let bench = try await Bench.withFiles()
    _ = await bench.keepsake("note", "a", "-m", "x")
    let run = await bench.keepsake("delete", "-f", "a")
    #expect(run.messages == "═══╡ Removing experiment a000000 and its checkpoints...\n")
    #expect(try await bench.store.objects(below: "").isEmpty)
  }

  @Test func `removes nothing where one id is unknown`() async throws {
    let bench = try await Bench.withFiles()
    #expect(await bench.keepsake("rm", "-f", "a", "zzz").status == 1)
    #expect(await bench.keepsake("show", "a").status == 0)
  }
}
