public import KeepsakeStores
internal import Testing
internal import Synchronization

/// Checks that `store`, which must be empty, keeps the promises of `ObjectStore`.
public func checkObjectStore(_ store: any ObjectStore) async throws {
  try await checkReading(store)
  try await checkConditions(store)
  try await checkAppending(store)
  try await checkFiles(store)
}

private func checkReading(_ store: any ObjectStore) async throws {
  #expect(try await store.objects(below: "") == [])
  #expect(try await store.object(at: "a/x") == nil)
  await #expect(throws: StoreError.self) { try await store.contents(of: "a/x") }

  try await store.put([1, 2, 3], at: "a/x")
  try await store.put([], at: "a/b/empty")
  try await store.put([9], at: "c")
  #expect(try await store.contents(of: "a/x") == [1, 2, 3])
  #expect(try await store.contents(of: "a/b/empty") == [])
  #expect(try await store.object(at: "a/x")?.byteCount == 3)
  #expect(try await store.objects(below: "a/").map(\.key) == ["a/b/empty", "a/x"])
  #expect(try await store.objects(below: "b/") == [])
  #expect(try await store.objects(below: "a/x").map(\.key) == ["a/x"])
  #expect(try await store.objects(below: "a/b").map(\.key) == ["a/b/empty"])
  #expect(try await store.objects(below: "a/x/") == [])
  #expect(try await store.objects(below: "").map(\.key) == ["a/b/empty", "a/x", "c"])
  for prefix in ["", "a/", "b/", "a/x", "a/b", "a/x/"] {
    let objects = try await store.objects(below: prefix)
    #expect(try await store.keys(below: prefix).sorted() == objects.map(\.key), "\(prefix)")
  }

  let read = Mutex<[Int: [UInt8]]>([:])
  let failures = await store.readEach(["c", "missing", "a/x"]) { index, bytes in
    var copy: [UInt8] = []
    for position in bytes.indices { copy.append(bytes[position]) }
    let bytes = copy
    read.withLock { $0[index] = bytes }
  }
  #expect(read.withLock { $0 } == [0: [9], 2: [1, 2, 3]])
  #expect(failures.keys.sorted() == [1])
  #expect(failures[1]?.code == .notFound)

  try await store.remove("a/x")
  try await store.remove("a/x")
  #expect(try await store.object(at: "a/x") == nil)
  for key in ["", "/a", "a//b", "../a", "a/./b", "a/"] {
    await #expect(throws: StoreError.self, "\(key)") { try await store.put([1], at: key) }
  }
}

private func checkConditions(_ store: any ObjectStore) async throws {
  func put(_ byte: UInt8, if condition: PutCondition) async throws -> StoredObject {
    try await store.put([byte], at: "condition", if: condition, durability: .processExit)
  }
  let first = try await put(1, if: .absent)
  await #expect(throws: StoreError.self) { try await put(2, if: .absent) }
  let second = try await put(3, if: .version(first.version))
  #expect(second.version != first.version)
  await #expect(throws: StoreError.self) { try await put(4, if: .version(first.version)) }
  #expect(try await store.contents(of: "condition") == [3])
  let third = try await store.put(
    joining: [[4, 5], [], [6]], at: "condition", if: .version(second.version),
    durability: .processExit)
  #expect(try await store.contents(of: "condition") == [4, 5, 6])
  await #expect(throws: StoreError.self) { try await put(4, if: .version(second.version)) }
  #expect(try await store.object(at: "condition")?.version == third.version)
  try await store.remove("condition")
  await #expect(throws: StoreError.self) { try await put(5, if: .version(third.version)) }
}

private func checkAppending(_ store: any ObjectStore) async throws {
  let appender = try store.appender(at: "journals/1/a.jsonl")
  try appender.append([1, 2])
  try appender.append([3])
  try await appender.synchronize()
  #expect(try await store.contents(of: "journals/1/a.jsonl") == [1, 2, 3])
  let again = try store.appender(at: "journals/1/a.jsonl")
  try again.append([4])
  try await again.synchronize()
  #expect(try await store.contents(of: "journals/1/a.jsonl") == [1, 2, 3, 4])
}

private func checkFiles(_ store: any ObjectStore) async throws {
  let folder = TemporaryFolder()
  let content = String(repeating: "0123456789", count: 200_000)
  try folder.write(content, to: "file")
  try await store.put(fileAt: "\(folder.path)/file", at: "files/large")
  #expect(try await store.object(at: "files/large")?.byteCount == Int64(content.utf8.count))
  let local = try await store.localFile(of: "files/large")
  #expect(try await DiskStore.readFile(at: local.path) == Array(content.utf8))
  await #expect(throws: StoreError.self) { try await store.localFile(of: "files/missing") }
}
