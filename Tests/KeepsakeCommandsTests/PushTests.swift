import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@testable import KeepsakeCommands

@Suite struct `keepsake push` {
  private let bench: Bench
  private let experiment = Experiment.several[2]
  private let first = SnapshotID.checkpoint(literal(CheckpointID(digits("1000001"))))
  private let second = SnapshotID.checkpoint(literal(CheckpointID(digits("1000002"))))

  /// The files of two checkpoints wait.
  init() async throws {
    bench = try await Bench(Experiment.several)
    try await bench.store.put(Array("{\"version\":1}".utf8), at: RepositoryLayout.repository)
    try bench.leave(first, of: experiment.id, "first")
    try bench.leave(second, of: experiment.id, "second")
  }

  private func content(of id: SnapshotID) async throws -> String? {
    let bytes = try await Repository(store: bench.store).contents(
      of: "weights", in: id, limit: 1000)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `stores what waits, and then there is nothing`() async throws {
    let run = await bench.keepsake("push")
    #expect(run.status == 0 && run.output == "")
    #expect(run.messages == "═══╡ Sent 2 snapshots (11 B) to file:///memory.\n")
    #expect(try await content(of: first) == "first")
    #expect(try await content(of: second) == "second")
    let again = await bench.keepsake("push")
    #expect(again.status == 0)
    #expect(again.messages == "═══╡ Nothing waits on this machine for file:///memory.\n")
  }

  @Test func `says that a living program still sends, and what waits for other stores`()
    async throws
  {
    #expect(await bench.keepsake("push").status == 0)
    let project = "\(bench.folder)/.left-\(first)"
    let walk = try FileWalk(
      SnapshotPath("weights", project: project), project: project, rules: IgnoreRules())
    let area = try StagingArea(in: bench.store.scratchFolder)
    let staged = try area.stage(walk, as: first, of: experiment.id)
    let other = MemoryStore()
    ScratchFolder.note("https://s3.example/b", in: try other.scratchFolder)
    _ = try StagingArea(in: other.scratchFolder).stage(walk, as: second, of: experiment.id)
    let run = await bench.keepsake("push", repository: "s3://memory/a")
    #expect(run.status == 0)
    #expect(run.messages.contains("saved 1 snapshot is still running, and sends it itself."))
    #expect(run.messages.contains("1 snapshot waits for another store, https://s3.example/b: "))
    #expect(!run.messages.contains("Nothing waits"))
    staged.remove()
  }

  @Test func `shares the work of two that run at once`() async throws {
    async let one = bench.keepsake("push")
    async let other = bench.keepsake("push")
    let runs = await [one, other]
    #expect(runs.map(\.status) == [0, 0], "\(runs)")
    #expect(try await content(of: first) == "first")
    #expect(try await content(of: second) == "second")
  }

  @Test func `keeps everything where the repository does not take it`() async throws {
    let faulty = FaultyStore(bench.store, failingWrite: .max)
    faulty.setAway(true)
    let run = await bench.keepsake("push", faulty: faulty)
    #expect(run.status == 1)
    #expect(run.messages.contains("nobody answers. Try again."))
    #expect(run.messages.contains("2 snapshots (11 B) still wait on this machine."))
    #expect(run.messages.split(separator: "\n").count == 2, "\(run.messages)")
    #expect(await bench.keepsake("push").status == 0)
    #expect(try await content(of: second) == "second")
  }

  @Test func `ends with 3 where it stored some`() async throws {
    let run = await bench.keepsake("push", faulty: FaultyStore(bench.store, failingWrite: 2))
    #expect(run.status == 3)
    #expect(run.messages.contains("Sent 1 snapshot ("))
    #expect(run.messages.contains("the disk is full"))
    #expect(run.messages.contains("1 snapshot ("))
    let again = await bench.keepsake("push")
    #expect(again.status == 0 && again.messages.contains("Sent 1 snapshot ("))
  }

  @Test func `drops what was removed meanwhile, and says so`() async throws {
    var experiment = experiment
    experiment.checkpoints = CheckpointTable(experiment.checkpoints.dropFirst())
    try await bench.add(experiment)
    let run = await bench.keepsake("push")
    #expect(run.status == 0)
    #expect(
      run.messages.contains(
        "Discarded the files of checkpoint 1000001 (1 file, 5 B), which is not in the repository."))
    #expect(run.messages.contains("Sent 1 snapshot (6 B)"))
  }

  @Test func `refuses an empty repository`() async throws {
    try await bench.store.remove(RepositoryLayout.repository)
    let run = await bench.keepsake("push")
    #expect(run.status == 1)
    #expect(run.messages.contains("there is no repository.json"))
    #expect(try Repository(store: bench.store).takeOverWaiting { _ in false }.otherCount == 2)
  }

  @Test func `discards when asked, without the store`() async throws {
    let faulty = FaultyStore(bench.store, failingWrite: 0)
    for answer in [[], ["n"]] {
      let run = await bench.keepsake("push", "--discard", input: answer, faulty: faulty)
      #expect(run.status == 1)
      #expect(run.output.contains("* checkpoint 1000001 (1 file, 5 B)\n"))
      #expect(try Repository(store: bench.store).takeOverWaiting { _ in false }.otherCount == 2)
    }
    let run = await bench.keepsake("push", "--discard", input: ["y"], faulty: faulty)
    #expect(run.status == 0 && run.messages.contains("Discarded 2 snapshots (11 B)."))
    #expect(faulty.writeCount == 0)
    #expect(await bench.keepsake("push").messages.contains("Nothing waits"))
    try bench.leave(first, of: experiment.id, "first")
    #expect(await bench.keepsake("push", "--discard", "-f").status == 0)
    #expect(await bench.keepsake("push", "-f").status == 64)
  }

  @Test func `is what show and checkout name where files wait`() async throws {
    let show = await bench.keepsake("show", "1000001")
    #expect(
      show.output.contains(
        "Files:           files wait on this machine: `keepsake push` sends them"))
    #expect(await bench.keepsake("show", "1000003").output.contains("files missing"))
    try await bench.addSnapshot(.experiment(experiment.id), ["train.py": "x"])
    let checkout = await bench.keepsake("checkout", "1000001", "-o", "out", "-f")
    #expect(checkout.status == 1)
    #expect(checkout.messages.contains("The files of checkpoint 1000001 wait on this machine"))
    #expect(checkout.messages.contains("Run `keepsake push`"))
  }
}
