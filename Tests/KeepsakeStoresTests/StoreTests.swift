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
}
