import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `Appending to a store that cannot` {
  private let store = MemoryStore()
  private let folder = TemporaryFolder()

  private var spool: Spool { Spool(in: "\(folder.path)/spool", store: "s3/bucket/root") }

  private func files() -> [String] { folder.names(in: "spool/s3%2Fbucket%2Froot") }

  @Test func `writes the object again, from its beginning`() async throws {
    let appender = RewritingAppender(store: store, key: "j/1", spool: nil)
    try appender.append([1])
    #expect(try await store.object(at: "j/1") == nil)
    try await appender.synchronize()
    try appender.append([2])
    try await appender.synchronize()
    try await appender.synchronize()
    #expect(try await store.contents(of: "j/1") == [1, 2])
  }

  @Test func `goes on with an object that is there`() async throws {
    try await store.put([1], at: "j/1")
    let appender = RewritingAppender(store: store, key: "j/1", spool: nil)
    try appender.append([2])
    try await appender.synchronize()
    #expect(try await store.contents(of: "j/1") == [1, 2])
  }

  @Test func `ends where another process removes the object`() async throws {
    let appender = RewritingAppender(store: store, key: "j/1", spool: nil)
    try appender.append([1])
    try await appender.synchronize()
    try await store.remove("j/1")
    try appender.append([2])
    let error = await #expect(throws: StoreError.self) { try await appender.synchronize() }
    #expect(error?.code == .conflict)
    #expect(throws: StoreError.self) { try appender.append([3]) }
    #expect(try await store.object(at: "j/1") == nil)
  }

  @Test func `leaves on disk what the store does not have`() async throws {
    let spool = spool
    let appender = RewritingAppender(store: store, key: "j/1", spool: spool)
    try appender.append([1])
    #expect(folder.read("spool/s3%2Fbucket%2Froot/j%2F1") == "\u{1}")
    try await appender.synchronize()
    #expect(folder.read("spool/s3%2Fbucket%2Froot/j%2F1") == "")
    spool.discard("j/1")
    #expect(files() == [])
  }

  @Test func `is completed by the next process`() async throws {
    do {
      let spool = spool
      let appender = RewritingAppender(store: store, key: "j/1", spool: spool)
      try appender.append([1])
      try await appender.synchronize()
      try appender.append([2])
      // The process is killed here: its locks end with it.
      withExtendedLifetime(spool) {}
    }
    await spool.recover(into: store)
    #expect(try await store.contents(of: "j/1") == [1, 2])
    #expect(files() == [])
  }

  @Test func `is left alone by others while its process lives`() async throws {
    let mine = spool
    try RewritingAppender(store: store, key: "j/1", spool: mine).append([1])
    await spool.recover(into: store)
    #expect(try await store.object(at: "j/1") == nil)
    #expect(files() == ["j%2F1"])
    withExtendedLifetime(mine) {}
  }

  @Test func `keeps what a store refuses for the next time`() async throws {
    do { try RewritingAppender(store: store, key: "j/1", spool: spool).append([1]) }
    await spool.recover(into: FaultyStore(store, failingWrite: 0))
    #expect(files() == ["j%2F1"])
    await spool.recover(into: store)
    #expect(try await store.contents(of: "j/1") == [1])
  }
}
