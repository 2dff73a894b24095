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

  @Test func `says once what a store that stays away did not take, and leaves it`() async throws {
    let run = try Run()
    let (recorder, store) = (run.recorder, run.store)
    store.setAway(true)
    let ids = (0..<3).map { _ in recorder.checkpoint(path: "weights.txt").id }
    let losses = recorder.finish().losses.filter { $0.what.contains("files of 3 snapshots") }
    #expect(losses.count == 1)
    for id in ids { #expect(losses.first?.what.contains(id.short) == true) }
    #expect(losses.first?.why == "nobody answers")
    #expect(losses.first?.fix.contains("wait on this machine") == true)
    #expect(losses.first?.fix.contains("`keepsake push`") == true)
    // The recorder lives on; that does not matter.
    let left = try run.repository.takeOverWaiting { _ in true }.taken
    #expect(left.map(\.id) == ids.map { .checkpoint($0) })
    #expect(Set(left.map(\.experiment)) == [recorder.experimentID])
    #expect(left.allSatisfy { $0.files.map(\.path) == ["weights.txt"] })
  }

  @Test func `counts what is stored after a wait as no loss`() async throws {
    let run = try Run()
    let (recorder, store) = (run.recorder, run.store)
    store.setAway(true, below: RepositoryLayout.checkpointTarballs)
    let id = recorder.checkpoint(path: "weights.txt").id
    let losses = recorder.wait().filter { $0.fix.contains("`keepsake push`") }
    #expect(losses.map(\.checkpoint) == [id])
    store.setAway(false)
    #expect(recorder.finish().losses == [])
    #expect(try await run.repository.fileIndex(of: .checkpoint(id)) != nil)
    #expect(try run.repository.takeOverWaiting { _ in true }.taken.count == 0)
  }

  @Test func `gives up the oldest files only when too many wait`() async throws {
    let run = try Run()
    let (recorder, store) = (run.recorder, run.store)
    store.setAway(true)
    let ids = (0..<258).map { _ in recorder.checkpoint(path: "weights.txt").id }
    let lost = recorder.finish().losses.filter { $0.why.contains("which are lost") }
    #expect(lost.map(\.checkpoint) == Array(ids.prefix(2)))
    let left = try run.repository.takeOverWaiting { _ in true }.taken.map(\.id)
    #expect(left == ids.dropFirst(2).map { .checkpoint($0) })
  }

  @Test func `warns of what earlier runs left`() async throws {
    let run = try Run()
    run.store.setAway(true)
    run.recorder.checkpoint(path: "weights.txt")
    _ = run.recorder.finish()
    run.store.setAway(false)
    let next = try run.record()
    #expect(next.warnings.count == 1)
    #expect(next.warnings.first?.contains("1 snapshot of earlier runs (7 bytes)") == true)
    #expect(next.warnings.first?.contains("`keepsake push`") == true)
    // It is for the one who asked to send them.
    #expect(next.finish().losses == [])
    #expect(try run.repository.takeOverWaiting { _ in false }.otherCount == 1)
  }

  @Test func `stores what an earlier recorder of the experiment left`() async throws {
    let run = try Run()
    let other = try run.record()
    run.store.setAway(true, below: RepositoryLayout.checkpointTarballs)
    let id = run.recorder.checkpoint(path: "weights.txt").id
    other.checkpoint(path: "weights.txt")
    _ = other.finish()
    #expect(run.recorder.finish().losses.map(\.checkpoint) == [id])
    run.store.setAway(false)
    let next = try run.record(resuming: run.recorder.experimentID)
    #expect(next.warnings.count == 1)
    #expect(next.finish().losses == [])
    #expect(try await run.repository.fileIndex(of: .checkpoint(id)) != nil)
    #expect(try run.repository.takeOverWaiting { _ in false }.otherCount == 1)
  }

  private struct Run {
    let folder = TemporaryFolder()
    let repository: Repository
    let store: FaultyStore
    let recorder: Recorder
    private let options: RecorderOptions

    init() throws {
      try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
      try folder.write("content", to: "weights.txt")
      let memory = MemoryStore()
      let store = FaultyStore(memory, failingWrite: .max)
      (repository, self.store) = (Repository(store: memory), store)
      var options = RecorderOptions()
      options.ticks = false
      options.openers = options.openers.adding(.file) { _ in store }
      self.options = options
      recorder = try Recorder(projectDirectory: folder.path, options: options)
    }

    /// Another recorder, as another process would have it.
    func record(resuming id: ExperimentID? = nil) throws -> Recorder {
      guard let id else { return try Recorder(projectDirectory: folder.path, options: options) }
      return try Recorder(
        resuming: id.description, projectDirectory: folder.path, options: options)
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
