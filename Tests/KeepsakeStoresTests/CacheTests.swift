import Foundation
import KeepsakeStores
import KeepsakeTestSupport
import Synchronization
import Testing

/// A store in memory, whose requests are counted, behind a cache in a folder of its own.
private final class CacheBench: Sendable {
  let memory = MemoryStore()
  let counted: CountingStore
  let folder = TemporaryFolder()

  init() { counted = CountingStore(memory) }

  var cachePath: String { "\(folder.path)/a/cache" }

  /// What a process that starts now would use.
  func store(name: String = "gs://bucket", byteLimit: Int64 = 1 << 30) -> CachingStore {
    CachingStore(counted, name: name, folder: cachePath, byteLimit: byteLimit) {
      $0.hasPrefix("m/")
    }
  }

  /// Lists and reads everything below `m/`, in a new process.
  ///
  /// - Returns: the contents, and the keys that the base store was asked for.
  func readAll(name: String = "gs://bucket", byteLimit: Int64 = 1 << 30) async throws -> (
    contents: [String: [UInt8]], requested: [String]
  ) {
    let store = store(name: name, byteLimit: byteLimit)
    let keys = try await store.objects(below: "m/").map(\.key)
    let contents = Mutex<[String: [UInt8]]>([:])
    let failures = await store.readEach(keys) { index, bytes in
      let copy = bytes.indices.map { bytes[$0] }
      contents.withLock { $0[keys[index]] = copy }
    }
    #expect(failures == [:])
    let requests = counted.takeRequests()
    #expect(requests.first == "list m/")
    return (contents.withLock { $0 }, requests.dropFirst().map { String($0.dropFirst(5)) }.sorted())
  }

  func files() -> [String] { folder.names(in: "a/cache").map { "\(cachePath)/\($0)" } }

  func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? Int) ?? -1
  }
}

@Suite struct `A store with a cache` {
  @Test func `keeps the contract`() async throws {
    let folder = TemporaryFolder()
    let store = CachingStore(MemoryStore(), name: "x", folder: "\(folder.path)/c") { _ in true }
    try await checkObjectStore(store)
  }

  @Test func `reads what did not change from the cache`() async throws {
    let bench = CacheBench()
    for number in 0..<100 {
      try await bench.memory.put(Array("content \(number)".utf8), at: "m/\(number)")
    }
    try await bench.memory.put([], at: "m/empty")
    let first = try await bench.readAll()
    #expect(first.requested.count == 101)
    let second = try await bench.readAll()
    #expect(second.requested == [])
    #expect(second.contents == first.contents)
    #expect(second.contents["m/7"] == Array("content 7".utf8))
  }

  @Test func `reads what changed, and that alone, from the base store`() async throws {
    let bench = CacheBench()
    for key in ["m/a", "m/b", "m/c"] { try await bench.memory.put([1], at: key) }
    _ = try await bench.readAll()
    try await bench.memory.put([2], at: "m/b")
    try await bench.memory.remove("m/c")
    try await bench.memory.put([3], at: "m/d")
    let changed = try await bench.readAll()
    #expect(changed.requested == ["m/b", "m/d"])
    #expect(changed.contents == ["m/a": [1], "m/b": [2], "m/d": [3]])
    #expect(try await bench.readAll().requested == [])
  }

  @Test func `gives no copy of what was not listed before`() async throws {
    let bench = CacheBench()
    try await bench.memory.put([1], at: "m/a")
    let store = bench.store()
    _ = try await store.objects(below: "m/")
    #expect(try await store.contents(of: "m/a") == [1])
    try await bench.memory.put([2], at: "m/a")
    // The listing vouched for one read.
    #expect(try await store.contents(of: "m/a") == [2])
    _ = try await store.object(at: "m/a")
    try await store.put([3], at: "m/a")
    #expect(try await store.contents(of: "m/a") == [3])
    try await store.remove("m/a")
    await #expect(throws: StoreError.self) { try await store.contents(of: "m/a") }
  }

  @Test func `keeps no copy of other objects`() async throws {
    let bench = CacheBench()
    try await bench.memory.put([1], at: "weights")
    for _ in 0..<2 {
      let store = bench.store()
      _ = try await store.objects(below: "")
      #expect(try await store.contents(of: "weights") == [1])
      #expect(bench.counted.takeRequests() == ["list ", "read weights"])
    }
    #expect(bench.files() == [])
  }

  @Test func `keeps the copies for their owner alone`() async throws {
    let bench = CacheBench()
    try await bench.memory.put([1], at: "m/a")
    _ = try await bench.readAll()
    #expect(try bench.mode(bench.cachePath) == 0o700)
    #expect(bench.files().count == 1)
    for file in bench.files() { #expect(try bench.mode(file) == 0o600) }
  }

  @Test func `trusts no folder that others may write to`() async throws {
    let bench = CacheBench()
    try await bench.memory.put([1], at: "m/a")
    _ = try await bench.readAll()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o777], ofItemAtPath: bench.cachePath)
    #expect(try await bench.readAll().requested == ["m/a"])
  }

  @Test func `tells stores apart`() async throws {
    let bench = CacheBench()
    try await bench.memory.put([1], at: "m/a")
    _ = try await bench.readAll(name: "gs://one")
    #expect(try await bench.readAll(name: "gs://two").requested == ["m/a"])
    // Not even when the file of one has the name of the other's.
    let files = bench.files()
    let contents = try files.map { try Data(contentsOf: URL(filePath: $0)) }
    for (file, content) in zip(files, contents.reversed()) {
      try content.write(to: URL(filePath: file))
    }
    #expect(try await bench.readAll(name: "gs://one").requested == ["m/a"])
  }

  @Test func `trusts no damaged byte`() async throws {
    let bench = CacheBench()
    for key in ["m/a", "m/b", "m/c"] { try await bench.memory.put(Array(key.utf8), at: key) }
    let intact = try await bench.readAll().contents
    let file = try #require(bench.files().first)
    let bytes = try Data(contentsOf: URL(filePath: file))
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0x41
      try damaged.write(to: URL(filePath: file))
      let read = try await bench.readAll()
      #expect(read.contents == intact, "byte \(position)")
      #expect(!read.requested.isEmpty, "byte \(position)")
      // What was damaged has been written again.
      #expect(try await bench.readAll().requested == [], "byte \(position)")
    }
  }

  @Test(arguments: [0, 1, 20, 40, 60])
  func `goes on after a torn end`(missing: Int) async throws {
    let bench = CacheBench()
    for key in ["m/a", "m/b"] { try await bench.memory.put(Array(key.utf8), at: key) }
    let intact = try await bench.readAll().contents
    let file = try #require(bench.files().first)
    let bytes = try Data(contentsOf: URL(filePath: file))
    try bytes.dropLast(missing).write(to: URL(filePath: file))
    #expect(try await bench.readAll().contents == intact)
    #expect(try await bench.readAll().requested == [])
  }

  @Test func `does nothing where no cache can be written`() async throws {
    let bench = CacheBench()
    try bench.folder.write("in the way", to: "a")
    try await bench.memory.put([1], at: "m/a")
    for _ in 0..<2 {
      let read = try await bench.readAll()
      #expect(read.contents == ["m/a": [1]])
      #expect(read.requested == ["m/a"])
    }
  }

  @Test func `follows no link in the place of a cache`() async throws {
    let bench = CacheBench()
    try await bench.memory.put([1], at: "m/a")
    _ = try await bench.readAll()
    let file = try #require(bench.files().first)
    try FileManager.default.moveItem(atPath: file, toPath: "\(bench.folder.path)/elsewhere")
    try FileManager.default.createSymbolicLink(
      atPath: file, withDestinationPath: "\(bench.folder.path)/elsewhere")
    #expect(try await bench.readAll().requested == ["m/a"])
  }

  @Test func `stays within its size`() async throws {
    let bench = CacheBench()
    let content = [UInt8](repeating: 7, count: 10_000)
    for number in 0..<10 { try await bench.memory.put(content, at: "m/\(number)") }
    for round in UInt8(0)..<30 {
      try await bench.memory.put(content + [round], at: "m/\(round % 10)")
      _ = try await bench.readAll(byteLimit: 50_000)
      let file = try #require(bench.files().first)
      #expect(try Data(contentsOf: URL(filePath: file)).count <= 50_000)
    }
    #expect(bench.files().count == 1)
  }

  @Test func `throws out what is out of date`() async throws {
    let bench = CacheBench()
    let content = [UInt8](repeating: 7, count: 1 << 20)
    for round in UInt8(0)..<8 {
      try await bench.memory.put(content + [round], at: "m/a")
      _ = try await bench.readAll()
    }
    let file = try #require(bench.files().first)
    #expect(try Data(contentsOf: URL(filePath: file)).count < 4 << 20)
  }

  @Test func `serves several processes at once`() async throws {
    let bench = CacheBench()
    for number in 0..<50 {
      try await bench.memory.put(Array("content \(number)".utf8), at: "m/\(number)")
    }
    let stores = (0..<8).map { _ in bench.store() }
    await withTaskGroup(of: Void.self) { group in
      for (worker, store) in stores.enumerated() {
        group.addTask {
          for round in 0..<20 {
            let key = "m/\((worker * 7 + round) % 50)"
            _ = try? await bench.memory.put(Array("\(key) \(worker) \(round)".utf8), at: key)
            guard let objects = try? await store.objects(below: "m/") else { continue }
            _ = await store.readEach(objects.map(\.key)) { _, _ in }
          }
        }
      }
    }
    _ = try await bench.store().objects(below: "m/")
    _ = bench.counted.takeRequests()
    _ = try await bench.readAll()
    let last = try await bench.readAll()
    #expect(last.requested == [])
    for (key, content) in last.contents {
      #expect(try await bench.memory.contents(of: key) == content)
    }
  }

  @Test func `forgets files that nothing used for months`() async throws {
    let bench = CacheBench()
    try await bench.memory.put([1], at: "m/a")
    _ = try await bench.readAll(name: "gs://one")
    let old = try #require(bench.files().first)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -100 * 86_400)], ofItemAtPath: old)
    _ = try await bench.readAll(name: "gs://two")
    #expect(bench.files().count == 1)
    #expect(bench.files() != [old])
  }
}

@Suite struct `The cache's folder` {
  @Test func `is the user's`() {
    func folder(_ environment: [String: String]) -> String? {
      CachingStore.folder(environment: environment)
    }
    #expect(folder(["HOME": "/home/a"]) == "/home/a/.cache/keepsake")
    #expect(folder(["HOME": "/home/a", "XDG_CACHE_HOME": "/c/"]) == "/c/keepsake")
    #expect(folder(["HOME": "/home/a", "XDG_CACHE_HOME": "relative"]) == "/home/a/.cache/keepsake")
    #expect(folder(["HOME": "/home/a", "KEEPSAKE_CACHE": "/x/y"]) == "/x/y")
    #expect(folder(["HOME": "/home/a", "KEEPSAKE_CACHE": "off"]) == nil)
    #expect(folder([:]) == nil)
  }
}

@Suite struct `The checksum CRC-32C` {
  @Test func `is that of RFC 3720`() {
    #expect(CRC32C(of: [UInt8](repeating: 0, count: 32)).value == 0x8A91_36AA)
    #expect(CRC32C(of: [UInt8](repeating: 0xFF, count: 32)).value == 0x62A8_AB43)
    #expect(CRC32C(of: Array(0..<32)).value == 0x46DD_794E)
    #expect(CRC32C(of: Array("123456789".utf8)).value == 0xE306_9283)
    #expect(CRC32C(of: []).value == 0)
  }

  @Test func `does not depend on the pieces`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0) }
    let whole = CRC32C(of: bytes).value
    for size in [1, 3, 7, 8, 9, 64, 999] {
      var checksum = CRC32C()
      var rest = bytes[...]
      while !rest.isEmpty {
        checksum.update(Array(rest.prefix(size)).span)
        rest = rest.dropFirst(size)
      }
      #expect(checksum.value == whole, "pieces of \(size)")
    }
  }

  @Test func `of two parts gives that of both`() {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    for count in [0, 1, 9, 65_536, 99_999, 100_000] {
      var checksum = CRC32C(of: Array(bytes[..<count]))
      checksum.append(CRC32C(of: Array(bytes[count...])), byteCount: Int64(bytes.count - count))
      #expect(checksum.value == CRC32C(of: bytes).value, "parts of \(count) bytes and the rest")
    }
  }

  @Test func `is written as Google writes it`() {
    // From the documentation of Cloud Storage's x-goog-hash.
    #expect(CRC32C(of: Array("123456789".utf8)).base64 == "4waSgw==")
    #expect(CRC32C(of: []).base64 == "AAAAAA==")
  }
}
