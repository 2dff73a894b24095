import Foundation
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `A store` {
  @Test func `in memory keeps the contract`() async throws {
    try await checkObjectStore(MemoryStore())
  }

  @Test func `on disk keeps the contract`() async throws {
    let folder = TemporaryFolder()
    try await checkObjectStore(DiskStore(root: "\(folder.path)/not/there/yet"))
    #expect(folder.names(in: "not/there/yet/metadata/tmp") == ["lock"])
  }
}

@Suite struct `A store on disk` {
  @Test func `leaves no temporary file when the target is a folder`() async throws {
    let folder = TemporaryFolder()
    try folder.write("x", to: "key/inside")
    let store = DiskStore(root: folder.path)
    await #expect(throws: StoreError.self) { try await store.put([1], at: "key") }
    #expect(folder.names(in: "metadata/tmp") == [])
  }

  @Test func `lets one of many writers create an object`() async throws {
    let folder = TemporaryFolder()
    let store = DiskStore(root: folder.path)
    let winners = await withTaskGroup(of: Bool.self) { group in
      for byte in UInt8(0)..<16 {
        group.addTask {
          let put = try? await store.put([byte], at: "one", if: .absent, durability: .processExit)
          return put != nil
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(winners == 1)
  }

  @Test func `says what is wrong with a folder in the place of a file`() async throws {
    let folder = TemporaryFolder()
    try folder.write("x", to: "key/inside")
    let error = await #expect(throws: StoreError.self) {
      try await DiskStore(root: folder.path).contents(of: "key")
    }
    #expect(error?.description.contains("folder") == true, "\(String(describing: error))")
  }

  @Test(.timeLimit(.minutes(1)))
  func `lists and reads what it can beside entries of others`() async throws {
    let folder = TemporaryFolder()
    for name in ["m/a.json", "m/sub/b.json"] { try folder.write("x", to: name) }
    let entries = FileManager.default
    let path = "\(folder.path)/m"
    try entries.createSymbolicLink(atPath: "\(path)/x.json", withDestinationPath: "x.json")
    try entries.createSymbolicLink(atPath: "\(path)/y.json", withDestinationPath: "nowhere")
    try entries.createSymbolicLink(atPath: "\(path)/one", withDestinationPath: ".")
    try entries.createSymbolicLink(atPath: "\(path)/two", withDestinationPath: ".")
    try entries.createSymbolicLink(atPath: "\(path)/link.json", withDestinationPath: "a.json")
    #expect(unsafe mkfifo("\(path)/pipe.json", 0o600) == 0)
    #expect(entries.createFile(atPath: "\(path)/huge.json", contents: nil))
    #expect(unsafe truncate("\(path)/huge.json", 1 << 40) == 0)

    let store = DiskStore(root: folder.path)
    let keys = try await store.objects(below: "m/").map(\.key)
    #expect(
      keys == [
        "m/a.json", "m/huge.json", "m/link.json", "m/pipe.json", "m/sub/b.json", "m/x.json",
        "m/y.json",
      ])
    let failures = await store.readEach(keys) { _, _ in }
    let reasons = [
      (1, "larger than 2 GiB"), (3, "not a regular file"), (5, "leads nowhere"),
      (6, "leads nowhere"),
    ]
    #expect(failures.keys.sorted() == reasons.map(\.0))
    for (index, reason) in reasons {
      #expect(failures[index]?.why.contains(reason) == true)
      let error = await #expect(throws: StoreError.self) {
        try await store.contents(of: keys[index])
      }
      #expect(error?.why.contains(reason) == true, "\(String(describing: error))")
    }
  }
}
