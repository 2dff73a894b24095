import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

private let good = String(repeating: "a", count: 64)
private let other = String(repeating: "b", count: 64)
private let checkpoint = String(repeating: "c", count: 64)

private func repository(_ files: [String: String]) async throws -> Repository {
  let store = MemoryStore()
  for (key, text) in files { try await store.put(Array(text.utf8), at: key) }
  return Repository(store: store)
}

private func experiment(_ id: String, _ members: String = "") -> String {
  #"{"id":"\#(id)","created":"2020-01-02T03:04:05Z"\#(members)}"#
}

@Suite struct `Packages that experiments share` {
  @Test func `are those of each experiment`() async throws {
    let packages = [
      #"{"numpy":"1"}"#, #"{"numpy":"1"}"#, #"{"numpy":"2"}"#, "5", #"{ "numpy":"1"}"#, "null",
      #"{"numpy":"1"}"#, #"{"numpy":"1","torch":"2"}"#, "{}", #"{"numpy":"1"}"#,
    ]
    var files: [String: String] = [:]
    for (index, packages) in packages.enumerated() {
      let id = String(good.dropLast()) + String(index)
      files["metadata/experiments/\(id).json"] = experiment(id, ",\"python_packages\":\(packages)")
    }
    let experiments = try await repository(files).listing().experiments
    #expect(
      experiments.map(\.packages) == [
        ["numpy": "1"], ["numpy": "1"], ["numpy": "2"], [:], ["numpy": "1"], [:], ["numpy": "1"],
        ["numpy": "1", "torch": "2"], [:], ["numpy": "1"],
      ])
  }
}

@Suite struct `A repository with damaged metadata` {
  @Test(arguments: [
    "", "{", "null", "[]", "{}", "42", "\"text\"", "{\"id\":1}", "{\"id\":\"short\"}", "not json",
    "{\"id\":\"" + other + "\",\"created\":\"2020-01-02T03:04:05Z\"", "\u{0}\u{1}",
    "{\"id\":\"" + other + "\"}}", String(repeating: "{\"a\":", count: 100_000),
  ])
  func `names the file and hides nothing else`(text: String) async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(good),
      "metadata/experiments/\(other).json": text,
    ])
    let listing = try await repository.listing()
    #expect(listing.experiments.map(\.id.description) == [good])
    #expect(listing.problems.map(\.place) == ["metadata/experiments/\(other).json"])
    #expect(listing.problems.allSatisfy { !$0.reason.isEmpty && !$0.isHarmless })
  }

  @Test(arguments: [
    #","params":5"#, #","params":[1]"#, #","user":{"a":1}"#, #","git":7"#,
    #","ended":{"status":"exploded"}"#, #","resumed_from":"x""#,
  ])
  func `leaves out what has a wrong type and keeps the experiment`(members: String) async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(good, members)
    ])
    let listing = try await repository.listing()
    #expect(listing.experiments.count == 1)
    #expect(listing.problems.count >= 1)
    #expect(listing.problems.allSatisfy { $0.isHarmless && $0.experiment != nil })
  }

  @Test(arguments: [
    #"{}"#, #"[1,null]"#, #"[{"id":"nonsense"}]"#, #"[{"id":"nonsense"},{}]"#,
  ])
  func `says that no checkpoint of an experiment is left`(checkpoints: String) async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(good, #","checkpoints":\#(checkpoints)"#)
    ])
    let listing = try await repository.listing()
    #expect(listing.experiments.map(\.checkpoints.count) == [0])
    let reasons = listing.problems.map(\.reason)
    #expect(reasons.contains("none of the checkpoints in it can be read") && reasons.count > 1)
    #expect(listing.problems.allSatisfy { $0.isHarmless && $0.experiment != nil })
  }

  @Test func `takes null for a member that is not there`() async throws {
    let members = [
      "params", "python_packages", "host", "user", "command", "path", "python_version", "config",
      "keepsake_version", "git", "ended", "resumed_from",
    ].map { ",\"\($0)\":null" }.joined()
    let nulls = ["step", "path", "metrics", "primary_metric"].map { ",\"\($0)\":null" }.joined()
    let time = #""created":"2020-01-02T03:04:05Z""#
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(
        good, members + #","checkpoints":[{"id":"\#(checkpoint)",\#(time)\#(nulls)}]"#),
      "metadata/experiments/\(other).json": experiment(other, #","checkpoints":null"#),
    ])
    let listing = try await repository.listing()
    #expect(listing.problems == [])
    #expect(listing.experiments.map(\.checkpoints.count) == [1, 0])
    #expect(listing.experiments.allSatisfy { $0.unknownMembers == [] })
  }

  @Test func `leaves files alone that are no experiments`() async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(good),
      "metadata/experiments/README.txt": "Do not touch.", "metadata/experiments/.hidden": "",
    ])
    let listing = try await repository.listing()
    #expect(listing.experiments.count == 1 && listing.problems == [])
  }

  @Test func `keeps the other checkpoints and metrics when one is wrong`() async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(
        good,
        #"""
        ,"checkpoints":[
          {"id":"x","created":"2020-01-02T03:04:05Z","metrics":{"loss":9}},
          {"id":"\#(checkpoint)","created":"2020-01-02T03:04:05Z","step":"two",
           "metrics":{"loss":1,"other":[1],"loss":2.5,"huge":123456789012345678901234567890}}
        ]
        """#)
    ])
    let listing = try await repository.listing()
    let found = try #require(listing.experiments.first?.checkpoints.first)
    #expect(found.metrics["loss"] == 2.5)
    #expect(found.metrics["other"] == [1])
    #expect(found.metrics["huge"] == .number(1.2345678901234568e29))
    #expect(listing.problems.count == 2)
  }

  @Test func `prefers the file that is named after its experiment`() async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(good, #","user":"right""#),
      "metadata/experiments/0copy.json": experiment(good, #","user":"wrong""#),
    ])
    let listing = try await repository.listing()
    #expect(listing.experiments.map(\.user) == ["right"])
    #expect(listing.problems.map(\.place) == ["metadata/experiments/0copy.json"])
  }

  @Test func `drops only the last line of a journal that was being written`() async throws {
    let whole = #"{"checkpoint":{"id":"\#(checkpoint)","created":"2020-01-02T03:04:05Z"}}"# + "\n"
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(good),
      "metadata/journals/\(good)/w-1.jsonl": whole + "nonsense\n" + whole.dropLast(9),
      "metadata/journals/\(other)/w-1.jsonl": whole,
    ])
    let listing = try await repository.listing()
    #expect(listing.experiments.map(\.checkpoints.count) == [1])
    #expect(listing.problems.map(\.isHarmless) == [true])
  }

  @Test func `is not stopped by a heartbeat or a note that is not one`() async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(good),
      "metadata/heartbeats/\(good).json": "{",
      "metadata/heartbeats/x": "y",
      "metadata/notes/strange.md": "z",
    ])
    let listing = try await repository.listing()
    #expect(listing.experiments.count == 1)
    #expect(listing.problems.map(\.place) == ["metadata/heartbeats/\(good).json"])
    #expect(try await repository.notes().notes == [:])
  }

  @Test(arguments: ["{\"version\":2}", "{}", "", "{\"version\":\"1\"}"])
  func `of another version, or none that can be told, is refused`(text: String) async throws {
    let repository = try await repository(["repository.json": text])
    await #expect(throws: RepositoryError.self) { try await repository.listing() }
  }

  @Test(arguments: UInt64(0)..<40)
  func `reads any damaged copy of a file without a crash`(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var bytes = Array(
      experiment(
        good,
        #","params":{"a":[1,"ü\u00e9"]},"checkpoints":[{"id":"\#(checkpoint)","metrics":{"l":1.5e-3}}]"#
      ).utf8)
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.removeSubrange(position...)
      default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
      }
      if bytes.isEmpty { break }
    }
    let store = MemoryStore()
    try await store.put(bytes, at: "metadata/experiments/\(good).json")
    let listing = try await Repository(store: store).listing()
    #expect(listing.experiments.count + listing.problems.count(where: { !$0.isHarmless }) >= 1)
  }
}

@Suite struct `Rewriting an experiment` {
  @Test func `keeps members that only other programs know`() async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(
        good,
        #"""
        ,"project":{"team":[1]},"checkpoints":[
          {"id":"\#(checkpoint)","created":"2020-01-02T03:04:05Z","tag":"x"},
          {"id":"\#(other)","created":"2020-01-02T03:04:06Z"}]
        """#)
    ])
    let before = try #require(try await repository.listing().experiments.first)
    let id = try #require(CheckpointID(other))
    try await repository.remove(id, of: before, now: before.created)
    let after = try #require(try await repository.listing().experiments.first)
    #expect(after.unknownMembers == before.unknownMembers)
    #expect(after.unknownMembers.count == 1)
    #expect(after.checkpoints.first?.unknownMembers == [JSONMember("tag", "x")])
    #expect(after.checkpoints.count == 1)
  }

  @Test(arguments: [
    (#","checkpoints":[{"id":"x"}]"#, ""), (#","ended":{"status":"paused"}"#, ""),
    (#","config":{"repository":"file://x","region":"eu"}"#, ""),
    (#","git":{"commit":"1","branch":"b","remote":"","dirty":false,"submodules":2}"#, ""),
    (#","checkpoints":[{"id":"@","primary_metric":{"name":"l","goal":"maximize","top":3}}]"#, ""),
    (#","checkpoints":[{"id":"@","primary_metric":{"name":"l","goal":"target"}}]"#, ""),
    ("", #"{"tagged":{"name":"x"}}"#), ("", #"{"git":{"commit":"1","tag":"v1"}}"#),
    ("", #"{"ended":null,"by":"x"}"#), ("", "nonsense"),
  ])
  func `refuses to drop what it does not understand`(members: String, line: String) async throws {
    let key = "metadata/experiments/\(good).json"
    let journal = "metadata/journals/\(good)/w-1.jsonl"
    let whole = #"{"checkpoint":{"id":"\#(checkpoint)","created":"2020-01-02T03:04:05Z"}}"# + "\n"
    let files = [
      key: experiment(good, members.replacing("@", with: other)),
      journal: whole + (line.isEmpty ? "" : line + "\n"),
    ]
    let repository = try await repository(files)
    let found = try #require(try await repository.listing().experiments.first)
    let id = try #require(CheckpointID(checkpoint))
    let error = await #expect(throws: RepositoryError.self) {
      try await repository.remove(id, of: found, now: found.created)
    }
    #expect(error?.code == .corrupt, "\(String(describing: error))")
    await #expect(throws: RepositoryError.self) {
      try await repository.foldJournals(of: found.id, removing: .all)
    }
    let objects = try await repository.store.objects(below: "")
    #expect(objects.map(\.key) == files.keys.sorted())
    for (key, text) in files {
      #expect(try await repository.store.contents(of: key) == Array(text.utf8))
    }
  }

  @Test func `takes what it understands in another spelling`() async throws {
    let repository = try await repository([
      "metadata/experiments/\(good).json": experiment(
        good,
        #"""
        ,"config":{"repository":"","storage":"file://x"},"git":{"commit":"1","branch":null},
        "ended":{"status":"finished","time":"2020-01-02T03:04:05.500Z"},
        "checkpoints":[{"id":"\#(checkpoint)","created":"2020-01-02T03:04:05Z",
          "primary_metric":{"goal":"minimize","name":"l"}}]
        """#),
      "metadata/journals/\(good)/w-1.jsonl": "{\"ended\":null}\n{\"checkp",
    ])
    let id = try #require(ExperimentID(good))
    try await repository.foldJournals(of: id, removing: .all)
    #expect(try await repository.store.objects(below: RepositoryLayout.journal(id)).isEmpty)
  }

  private static let kept = [
    "metadata/experiments/\(good).json": experiment(
      good, #","checkpoints":[{"id":"\#(checkpoint)","created":"2020-01-02T03:04:05Z"}]"#),
    "metadata/notes/\(good).md": "kept", "metadata/heartbeats/\(good).json": "{}",
    "metadata/files/\(checkpoint).json": "{}", "experiments/\(good).tar.gz": "",
    "checkpoints/\(checkpoint).tar.gz": "", "checkpoints/of somebody else.tar.gz": "",
  ]

  private static let left = [
    "metadata/notes/\(other).md": "gone", "metadata/journals/\(other)/w-1.jsonl": "",
    "metadata/heartbeats/\(other).json": "{}", "experiments/\(other).tar.gz": "",
  ]

  private static let leftOfCheckpoints = [
    "metadata/files/\(other).json": "{}", "checkpoints/\(other).tar.gz": "",
  ]

  @Test func `removes what belongs to experiments that are gone`() async throws {
    let all = Self.kept.merging(Self.left) { $1 }.merging(Self.leftOfCheckpoints) { $1 }
    let repository = try await repository(all)
    let listing = try await repository.listing()
    #expect(
      try await repository.removeOrphans(
        given: listing, writtenBefore: Timestamp(nanoseconds: 0)) == 0)
    #expect(
      try await repository.removeOrphans(
        given: listing, writtenBefore: Timestamp(nanoseconds: .max)) == 6)
    let keys = try await repository.store.objects(below: "").map(\.key)
    #expect(keys == Self.kept.keys.sorted())
  }

  @Test func `keeps the files of checkpoints while it does not understand all that names them`()
    async throws
  {
    let all = Self.kept.merging(Self.leftOfCheckpoints) { $1 }
      .merging(["metadata/journals/\(good)/w-1.jsonl": #"{"epoch":{}}"# + "\n"]) { $1 }
    let repository = try await repository(all.merging(Self.left) { $1 })
    let listing = try await repository.listing()
    #expect(
      try await repository.removeOrphans(
        given: listing, writtenBefore: Timestamp(nanoseconds: .max)) == 4)
    let keys = try await repository.store.objects(below: "").map(\.key)
    #expect(keys == all.keys.sorted())
  }
}
