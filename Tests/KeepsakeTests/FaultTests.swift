import Keepsake
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

/// Records a small run while one write fails; for every write there is.
@Suite struct `A recorder on a store that fails once` {
  private static let writesOfARun = 24

  @Test(arguments: 0..<writesOfARun)
  func `never stops training, and names what it lost`(failing: Int) async throws {
    let folder = TemporaryFolder()
    try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
    try folder.write("content", to: "weights.txt")
    let memory = MemoryStore()
    let store = FaultyStore(memory, failingWrite: failing)
    var options = RecorderOptions()
    options.ticks = false
    options.openers = options.openers.adding(.file) { _ in store }
    options.environment = RunEnvironment(command: "train", user: "ada", host: "lab")

    let repository = Repository(store: memory)
    let recorder: Recorder
    do {
      recorder = try Recorder(
        path: "weights.txt", projectDirectory: folder.path, options: options)
    } catch {
      #expect(try await repository.listing().experiments == [])
      return
    }
    var made: [CheckpointID] = []
    for step in 0..<3 {
      made.append(recorder.checkpoint(path: "weights.txt", metrics: ["step": step]).id)
      if step == 1 { recorder.wait() }
    }
    let summary = recorder.finish()

    let listing = try await repository.listing()
    #expect(listing.problems == [])
    let experiment = try #require(listing.experiments.first)
    // What is missing is named, and what is named is missing.
    var missing: Set<CheckpointID?> = []
    for id in made {
      let isListed = experiment.checkpoints.ids.contains(id)
      let hasFiles = try await repository.fileIndex(of: .checkpoint(id)) != nil
      if !isListed || !hasFiles { missing.insert(id) }
    }
    if try await repository.fileIndex(of: .experiment(experiment.id)) == nil { missing.insert(nil) }
    let named = Set(summary.losses.map(\.checkpoint))
    #expect(missing.subtracting(named) == [], "not named by \(summary.losses)")
    #expect(named.subtracting(missing).subtracting([nil]) == [], "named by \(summary.losses)")
    if summary.isComplete { #expect(experiment.ending?.outcome == .finished) }
  }

  @Test func `stores the files later that a store which was away did not take`() async throws {
    let run = try Run()
    let (recorder, store) = (run.recorder, run.store)
    store.setAway(true)
    let first = recorder.checkpoint(path: "weights.txt").id
    let second = recorder.checkpoint(path: "weights.txt").id
    store.setAway(false)
    #expect(recorder.finish().losses == [])
    for id in [first, second] {
      #expect(try await run.repository.fileIndex(of: .checkpoint(id)) != nil)
    }
  }

  @Test func `says once what it lost to a store that stays away`() async throws {
    let run = try Run()
    let (recorder, store) = (run.recorder, run.store)
    store.setAway(true)
    let ids = (0..<3).map { _ in recorder.checkpoint(path: "weights.txt").id }
    let losses = recorder.finish().losses.filter { $0.what.contains("files of 3 snapshots") }
    #expect(losses.count == 1)
    for id in ids { #expect(losses.first?.what.contains(id.short) == true) }
    #expect(losses.first?.why == "nobody answers")
  }

  private struct Run {
    let folder = TemporaryFolder()
    let repository: Repository
    let store: FaultyStore
    let recorder: Recorder

    init() throws {
      try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
      try folder.write("content", to: "weights.txt")
      let memory = MemoryStore()
      let store = FaultyStore(memory, failingWrite: .max)
      (repository, self.store) = (Repository(store: memory), store)
      var options = RecorderOptions()
      options.ticks = false
      options.openers = options.openers.adding(.file) { _ in store }
      recorder = try Recorder(projectDirectory: folder.path, options: options)
    }
  }

  @Test func `is tried with every write`() async throws {
    let folder = TemporaryFolder()
    try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
    try folder.write("content", to: "weights.txt")
    let store = FaultyStore(MemoryStore(), failingWrite: .max)
    var options = RecorderOptions()
    options.ticks = false
    options.openers = options.openers.adding(.file) { _ in store }
    let recorder = try Recorder(
      path: "weights.txt", projectDirectory: folder.path, options: options)
    for step in 0..<3 {
      recorder.checkpoint(path: "weights.txt", metrics: ["step": step])
      if step == 1 { recorder.wait() }
    }
    #expect(recorder.finish().isComplete)
    #expect(store.writeCount <= Self.writesOfARun)
  }
}
