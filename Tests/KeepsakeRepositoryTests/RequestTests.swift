import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

/// A repository whose requests are counted, behind a cache.
private struct CountedRepository {
  let memory = MemoryStore()
  let folder = TemporaryFolder()
  let counted: CountingStore

  init(experiments count: Int) async throws {
    counted = CountingStore(memory)
    try await memory.put(Array(#"{"version":1}"#.utf8), at: RepositoryLayout.repository)
    for number in 0..<count {
      let experiment = Experiment(id: Self.id(number), created: Timestamp(nanoseconds: 1))
      try await memory.put(
        ExperimentEncoder.encode(experiment), at: RepositoryLayout.experiment(experiment.id))
    }
  }

  static func id(_ number: Int) -> ExperimentID {
    let digits = String(number, radix: 16)
    return literal(ExperimentID(String(repeating: "0", count: 64 - digits.count) + digits))
  }

  /// The repository as a command that starts now opens it.
  func open() -> Repository {
    Repository(
      store: CachingStore(
        counted, name: "memory", folder: folder.path, isCached: RepositoryLayout.isMetadata))
  }
}

private let lists: Set<String> = [
  "list repository.json", "list metadata/journals/", "list metadata/heartbeats/",
  "list metadata/experiments/",
]

@Suite struct `Listing a repository again` {
  @Test func `sends nothing but requests for lists where nothing changed`() async throws {
    let bench = try await CountedRepository(experiments: 1000)
    let first = try await bench.open().listing()
    #expect(bench.counted.takeRequests().count == lists.count + 1001)
    let second = try await bench.open().listing()
    let requests = bench.counted.takeRequests()
    #expect(Set(requests) == lists && requests.count == lists.count)
    #expect(second.experiments == first.experiments)
    #expect(second.experiments.count == 1000)
  }

  @Test func `reads the experiments that changed`() async throws {
    let bench = try await CountedRepository(experiments: 10)
    _ = try await bench.open().listing()
    var changed = Experiment(id: CountedRepository.id(3), created: Timestamp(nanoseconds: 1))
    changed.user = "eve"
    let key = RepositoryLayout.experiment(changed.id)
    try await bench.memory.put(ExperimentEncoder.encode(changed), at: key)
    _ = bench.counted.takeRequests()
    let listing = try await bench.open().listing()
    #expect(listing.experiments[3].user == "eve")
    #expect(Set(bench.counted.takeRequests()) == lists.union(["read \(key)"]))
  }

  @Test func `reads no heartbeat of a run that was killed twice`() async throws {
    let bench = try await CountedRepository(experiments: 3)
    let heartbeat = #"{"last_heartbeat": "2026-01-01T00:00:00Z"}"#
    for number in 0..<3 {
      let key = RepositoryLayout.heartbeat(CountedRepository.id(number))
      try await bench.memory.put(Array(heartbeat.utf8), at: key)
    }
    _ = try await bench.open().listing()
    _ = bench.counted.takeRequests()
    let listing = try await bench.open().listing()
    #expect(listing.experiments.allSatisfy { $0.heartbeat != nil })
    #expect(Set(bench.counted.takeRequests()) == lists)
  }

  @Test func `notices a newer version of the repository`() async throws {
    let bench = try await CountedRepository(experiments: 1)
    _ = try await bench.open().listing()
    try await bench.memory.put(Array(#"{"version":2}"#.utf8), at: RepositoryLayout.repository)
    let error = await #expect(throws: RepositoryError.self) { try await bench.open().listing() }
    #expect(error?.code == .newerVersion)
  }

  @Test func `reads all notes at once, and none twice`() async throws {
    let bench = try await CountedRepository(experiments: 2)
    for number in 0..<2 {
      try await bench.open().setNote("note \(number)", of: CountedRepository.id(number))
    }
    _ = bench.counted.takeRequests()
    for _ in 0..<2 {
      #expect(try await bench.open().notes().notes.values.sorted() == ["note 0", "note 1"])
    }
    #expect(bench.counted.takeRequests().filter { $0.hasPrefix("read") }.count == 2)
  }
}

@Suite struct `Changing an experiment behind a cache` {
  @Test func `starts from what is stored, not from a copy`() async throws {
    let bench = try await CountedRepository(experiments: 1)
    let id = CountedRepository.id(0)
    let repository = bench.open()
    _ = try await repository.listing()
    _ = try await bench.memory.objects(below: "")
    // Another program adds a checkpoint, after this one listed the repository.
    var changed = Experiment(id: id, created: Timestamp(nanoseconds: 1))
    changed.user = "eve"
    try await bench.memory.put(
      ExperimentEncoder.encode(changed), at: RepositoryLayout.experiment(id))
    let (experiment, _) = try await repository.foldJournals(of: id, removing: .none)
    #expect(experiment.user == "eve")
  }
}
