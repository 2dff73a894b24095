import Keepsake
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `Sending what waits` {
  /// A repository with an experiment, two checkpoints of which wait.
  private struct Left {
    let memory = MemoryStore()
    let experiment: ExperimentID
    let checkpoints: [CheckpointID]

    init() throws {
      let folder = TemporaryFolder()
      try folder.write("repository: \"file://.keepsake\"\n", to: "keepsake.yaml")
      try folder.write("content", to: "weights.txt")
      let store = FaultyStore(memory, failingWrite: .max)
      var options = RecorderOptions()
      options.ticks = false
      options.openers = options.openers.adding(.file) { _ in store }
      let recorder = try Recorder(projectDirectory: folder.path, options: options)
      store.setAway(true, below: RepositoryLayout.checkpointTarballs)
      checkpoints = (0..<2).map { _ in recorder.checkpoint(path: "weights.txt").id }
      experiment = recorder.finish().experiment
    }

    /// Tries to send everything, as one process does.
    func push(to store: any ObjectStore) async throws -> [WaitingOutcome?] {
      let repository = Repository(store: store)
      let known = try await repository.knownSnapshots(of: experiment)
      var outcomes: [WaitingOutcome?] = []
      for staged in try repository.takeOverWaiting(where: { _ in true }).taken {
        outcomes.append(try? await repository.send(staged, known: known))
      }
      return outcomes
    }

    func stored() async throws -> Int {
      var count = 0
      for id in checkpoints {
        let repository = Repository(store: memory)
        guard try await repository.fileIndex(of: .checkpoint(id)) != nil else { continue }
        let files = try await repository.files(of: .checkpoint(id)).files
        if files.map(\.path) == ["weights.txt"] { count += 1 }
      }
      return count
    }
  }

  /// Each snapshot is two writes.
  @Test(arguments: 0..<4)
  func `loses nothing when any write fails`(failing: Int) async throws {
    let left = try Left()
    let outcomes = try await left.push(to: FaultyStore(left.memory, failingWrite: failing))
    #expect(outcomes == (failing < 2 ? [nil, .sent] : [.sent, nil]))
    #expect(try await left.stored() == 1)
    #expect(try await left.push(to: left.memory) == [.sent])
    #expect(try await left.stored() == 2)
    #expect(try await left.push(to: left.memory) == [])
  }

  @Test func `sends nothing twice`() async throws {
    let left = try Left()
    let repository = Repository(store: left.memory)
    // As if the process had been killed before it removed what it had sent.
    for staged in try repository.takeOverWaiting(where: { _ in true }).taken {
      try await repository.store(staged)
    }
    let store = FaultyStore(left.memory, failingWrite: 0)
    #expect(try await left.push(to: store) == [.known, .known])
    #expect(store.writeCount == 0)
    #expect(try await left.push(to: store) == [])
  }

  @Test func `drops what belongs to checkpoints and experiments that another machine removed`()
    async throws
  {
    let left = try Left()
    let key = RepositoryLayout.experiment(left.experiment)
    var experiment = try #require(
      try await Repository(store: left.memory).experiment(left.experiment))
    experiment.checkpoints = CheckpointTable(experiment.checkpoints.dropFirst())
    try await left.memory.put(ExperimentEncoder.encode(experiment), at: key)
    #expect(try await left.push(to: left.memory) == [.abandoned, .sent])

    let other = try Left()
    try await other.memory.remove(RepositoryLayout.experiment(other.experiment))
    #expect(try await other.push(to: other.memory) == [.abandoned, .abandoned])
    #expect(try await other.memory.objects(below: "checkpoints/") == [])
  }

  @Test func `has nothing of what this machine removed`() async throws {
    let left = try Left()
    let repository = Repository(store: left.memory)
    let experiment = try #require(try await repository.experiment(left.experiment))
    try await repository.remove(left.checkpoints[0], of: experiment, now: .systemClock())
    #expect(try repository.takeOverWaiting { _ in false }.otherCount == 1)
    try await repository.remove(experiment)
    #expect(try repository.takeOverWaiting { _ in false }.otherCount == 0)
  }

  @Test func `keeps what it cannot judge, because a file of the experiment is damaged`()
    async throws
  {
    let left = try Left()
    let repository = Repository(store: left.memory)
    let key = RepositoryLayout.experiment(left.experiment)
    let bytes = try await left.memory.contents(of: key)
    try await left.memory.put(Array(bytes.dropLast(20)), at: key)
    await #expect(throws: RepositoryError.self) {
      try await repository.knownSnapshots(of: left.experiment)
    }
    try await left.memory.put(bytes, at: key)
    #expect(try await left.push(to: left.memory) == [.sent, .sent])
  }

  @Test func `does not take an emptied store for one in which everything was removed`() async throws
  {
    await #expect(throws: RepositoryError.self) {
      try await Repository(store: MemoryStore()).requireRepository()
    }
    try await Repository(store: try Left().memory).requireRepository()
  }

  @Test func `is for one store alone`() async throws {
    let (left, other) = (try Left(), try Left())
    let waiting = try Repository(store: other.memory).takeOverWaiting { _ in true }.taken
    #expect(Set(waiting.map(\.experiment)) == [other.experiment])
    withExtendedLifetime(left) {}
  }
}
