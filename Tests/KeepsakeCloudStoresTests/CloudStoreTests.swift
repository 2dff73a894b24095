import Foundation
import Keepsake
import KeepsakeCloudStores
import KeepsakeModel
import KeepsakeRepository
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `A store in a cloud` {
  @Test(arguments: Cloud.allCases, ["root", ""])
  func `keeps the promises of an object store`(cloud: Cloud, root: String) async throws {
    let fixture = try await cloud.fixture()
    try await checkObjectStore(fixture.open(root: root))
    #expect(fixture.openUploadCount == 0)
  }

  @Test(arguments: Cloud.allCases)
  func `lists page by page`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture(pageSize: 2)
    let store = try fixture.open()
    for name in ["a", "b", "c", "d", "e"] { try await store.put([1], at: "x/\(name)") }
    fixture.server.failNothing()
    #expect(
      try await store.objects(below: "x/").map(\.key) == ["x/a", "x/b", "x/c", "x/d", "x/e"])
    #expect(fixture.server.requestCount == 3)
  }

  @Test(arguments: Cloud.allCases)
  func `leaves alone what else is in the bucket`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    try await fixture.open(root: "other").put([7], at: "a")
    try await fixture.open(root: "rootless").put([7], at: "a")
    #expect(try await fixture.open().objects(below: "") == [])
    try await fixture.open().remove("a")
    #expect(fixture.objectCount == 2)
  }

  @Test(arguments: Cloud.allCases)
  func `takes any name that a key may have`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    for key in ["a b/c?d=e&f#g", "ü/%2F", "+/..x"] {
      try await store.put(Array(key.utf8), at: key)
      #expect(try await store.contents(of: key) == Array(key.utf8))
      #expect(try await store.objects(below: key).map(\.key) == [key])
    }
  }

  @Test(arguments: Cloud.allCases, [0, 1, 1 << 18, (1 << 18) + 1, 5 << 18])
  func `carries files of every size there and back`(cloud: Cloud, byteCount: Int) async throws {
    let fixture = try await cloud.fixture(keptPart: 3 << 16)
    let store = try fixture.open()
    let text = String(repeating: "x", count: byteCount)
    try fixture.folder.write(text, to: "file")
    try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    let local = try await store.localFile(of: "f")
    #expect(try await DiskStore.readFile(at: local.path) == Array(text.utf8))
    #expect(try permissions(of: local.path) == 0o600)
    #expect(try permissions(of: try store.scratchFolder) == 0o700)
    #expect(fixture.openUploadCount == 0)
  }
}

@Suite struct `What a killed program had not sent` {
  @Test(arguments: Cloud.allCases)
  func `is in every list, also in those that are asked for at the same time`(
    cloud: Cloud
  ) async throws {
    let fixture = try await cloud.fixture()
    func leave() throws { try fixture.open().appender(at: "journals/1").append([1]) }
    try leave()
    let store = try fixture.open()
    async let one = store.objects(below: "journals/")
    async let two = store.objects(below: "journals/")
    async let three = store.objects(below: "")
    for list in try await [one, two, three] { #expect(list.map(\.key) == ["journals/1"]) }
  }
}

@Suite struct `Files that wait for a store in a cloud` {
  @Test(arguments: Cloud.allCases)
  func `lie in a folder for that store alone`(cloud: Cloud) async throws {
    let (fixture, other) = (try await cloud.fixture(), try await cloud.fixture())
    let folder = try fixture.open().scratchFolder
    #expect(try fixture.open().scratchFolder == folder)
    #expect(try fixture.open(root: "").scratchFolder != folder)
    #expect(try fixture.open(root: "root/a").scratchFolder != folder)
    // The same bucket of another server.
    var options = other.options()
    options.scratchFolder = fixture.options().scratchFolder
    let elsewhere: any CloudStore =
      switch cloud {
      case .s3: try S3Store(bucket: "bucket", root: "root", options: options)
      case .gs: try GCSStore(bucket: "bucket", root: "root", options: options)
      }
    #expect(try elsewhere.scratchFolder != folder)
  }

  @Test(arguments: Cloud.allCases)
  func `stay while the record of their checkpoint has not arrived`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    let repository = Repository(store: store)
    var generator = SeededGenerator(seed: 1)
    let experiment = Experiment(
      id: ExperimentID(Identifier(using: &generator)), created: .systemClock(), params: [:])
    let key = RepositoryLayout.experiment(experiment.id)
    try await store.put(ExperimentEncoder.encode(experiment), at: key)
    try fixture.folder.write("weights", to: "weights")
    let walk = try FileWalk(
      SnapshotPath("weights", project: fixture.folder.path), project: fixture.folder.path,
      rules: IgnoreRules())
    let checkpoint = CheckpointID(Identifier(using: &generator))
    do {
      _ = try StagingArea(in: store.scratchFolder).stage(
        walk, as: .checkpoint(checkpoint), of: experiment.id)
    }
    func push() async throws -> [WaitingOutcome] {
      let known = try await repository.knownSnapshots(of: experiment.id)
      var outcomes: [WaitingOutcome] = []
      for staged in try repository.takeOverWaiting(where: { _ in true }).taken {
        outcomes.append(try await repository.send(staged, known: known))
      }
      return outcomes
    }
    let journal = try store.appender(at: "\(RepositoryLayout.journal(experiment.id))1.jsonl")
    let record = Checkpoint(
      id: checkpoint, created: .systemClock(), step: 0, path: "weights", metrics: [:],
      primaryMetric: nil)
    try journal.append(JournalRecord.checkpoint(record).line)
    #expect(try await push() == [.unrecorded])
    try await journal.synchronize()
    #expect(try await push() == [.sent])
    #expect(try await push() == [])
  }
}

@Suite struct `An archive that has no room beside the files that wait` {
  private let id = SnapshotID.checkpoint(literal(CheckpointID(String(repeating: "1", count: 64))))

  /// Stores a file whose archive would lie on a full disk.
  private func store(
    through store: any CloudStore, _ fixture: any CloudFixture
  ) async throws -> StagedSnapshot {
    try fixture.folder.write("weights", to: "weights")
    let walk = try FileWalk(
      SnapshotPath("weights", project: fixture.folder.path), project: fixture.folder.path,
      rules: IgnoreRules())
    let staged = try StagingArea(in: store.scratchFolder).stage(
      walk, as: id, of: literal(ExperimentID(String(repeating: "2", count: 64))))
    let area = try #require(
      FileManager.default.contentsOfDirectory(atPath: store.scratchFolder)
        .first { $0.hasPrefix("staging-") })
    try FileManager.default.createSymbolicLink(
      atPath: "\(try store.scratchFolder)/\(area)/1-\(id).tar.gz", withDestinationPath: "/dev/full")
    try await Repository(store: store).store(staged)
    return staged
  }

  @Test(arguments: Cloud.allCases)
  func `is written on the disk of the caches`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    let bucket = try fixture.open()
    let staged = try await store(through: bucket, fixture)
    let bytes = try await Repository(store: bucket).contents(of: "weights", in: id, limit: 100)
    #expect(bytes == Array("weights".utf8))
    let folder = try #require(bucket.overflowFolder)
    #expect(folder == "\(fixture.folder.path)/.cache/keepsake/overflow")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    staged.remove()
  }

  @Test(arguments: Cloud.allCases)
  func `and none there either is an error that names folder and size`(cloud: Cloud) async throws {
    var fixture = try await cloud.fixture()
    fixture.environment["KEEPSAKE_CACHE"] = "off"
    let bucket = try fixture.open()
    let error = await #expect(throws: RepositoryError.self) {
      _ = try await store(through: bucket, fixture)
    }
    #expect(error?.why.contains("needs up to 7 bytes in \(try bucket.scratchFolder)/stag") == true)
    #expect(error?.fix == "Free that much there, then run `keepsake push`.")
  }
}

@Suite struct `What arrives from a cloud` {
  @Test(arguments: Cloud.allCases)
  func `is read again where it was damaged on the way`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    try await store.put([1, 2, 3], at: "a")
    fixture.server.fail(0, with: .damagedAnswer)
    #expect(try await store.contents(of: "a") == [1, 2, 3])
    #expect(fixture.server.requestCount == 2)
  }

  @Test(arguments: Cloud.allCases, 0..<3)
  func `is fetched again where a part was damaged on the way`(
    cloud: Cloud, part: Int
  ) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    let text = String(repeating: "x", count: (3 << 18) - 5)
    try fixture.folder.write(text, to: "file")
    try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    // Cloud Storage is asked about the object first.
    let requests = cloud == .gs ? 4 : 3
    fixture.server.fail(requests - 3 + part, with: .damagedAnswer)
    let local = try await store.localFile(of: "f")
    #expect(try await DiskStore.readFile(at: local.path) == Array(text.utf8))
    #expect(fixture.server.requestCount == 2 * requests)
  }

  @Test(arguments: Cloud.allCases)
  func `is refused where the store itself has something else`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    try await store.put([1, 2, 3], at: "a")
    fixture.damage("root/a")
    let error = await #expect(throws: StoreError.self) { try await store.contents(of: "a") }
    #expect(error?.code == .corrupt)
    let other = await #expect(throws: StoreError.self) { try await store.localFile(of: "a") }
    #expect(other?.code == .corrupt)
  }
}

@Suite struct `A file from a cloud` {
  @Test(arguments: Cloud.allCases)
  func `goes with its last use`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    let repository = Repository(store: store)
    let id = SnapshotID.checkpoint(literal(CheckpointID(String(repeating: "1", count: 64))))
    try await store.put([1, 2, 3], at: RepositoryLayout.tarball(id))
    for _ in 0..<20 {
      await #expect(throws: RepositoryError.self) { try await repository.files(of: id) }
      #expect(try Self.files(in: store.scratchFolder) == [])
    }
  }

  /// The paths of the files in a store's scratch folder, but for the one that says whose it is.
  private static func files(in folder: String) throws -> Set<String> {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Set(names.filter { $0 != "address" }.map { "\(folder)/\($0)" })
  }

  @Test(arguments: Cloud.allCases)
  func `that an ended program left goes with the next one`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    try await store.put([1], at: "a")
    let folder = try store.scratchFolder
    let (left, new) = (try ScratchFolder.newFile(in: folder), try ScratchFolder.newFile(in: folder))
    let used = try TransferFile(creating: try ScratchFolder.newFile(in: folder))
    for path in [left, new] { #expect(FileManager.default.createFile(atPath: path, contents: nil)) }
    for path in [left, used.path] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -120)], ofItemAtPath: path)
    }
    let local = try await store.localFile(of: "a")
    #expect(try Self.files(in: folder) == [new, used.path, local.path])
  }
}

@Suite struct `A conditional write whose answer is lost` {
  @Test(arguments: Cloud.allCases, [Fault.lostAnswer, .truncatedAnswer])
  func `is no conflict`(cloud: Cloud, fault: Fault) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    _ = try await store.object(at: "a")
    fixture.server.fail(0, with: fault)
    let first = try await store.put([1], at: "a", if: .absent, durability: .powerCut)
    fixture.server.fail(0, with: fault)
    let second = try await store.put(
      [2], at: "a", if: .version(first.version), durability: .powerCut)
    #expect(try await store.object(at: "a")?.version == second.version)
    #expect(try await store.contents(of: "a") == [2])
  }

  @Test(arguments: Cloud.allCases)
  func `is one where another writer came between`(cloud: Cloud) async throws {
    let fixture = try await cloud.fixture()
    let store = try fixture.open()
    try await store.put([9], at: "a")
    fixture.server.fail(0, with: .reset)
    let error = await #expect(throws: StoreError.self) {
      try await store.put([1], at: "a", if: .absent, durability: .powerCut)
    }
    #expect(error?.code == .conflict)
  }
}
