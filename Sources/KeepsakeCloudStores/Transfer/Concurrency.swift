internal import KeepsakeStores
internal import Synchronization

/// Runs `body` for each element, at most `width` at the same time.
func forEachConcurrently<Element: Sendable>(
  _ elements: some Sequence<Element>, width: Int,
  _ body: @escaping @Sendable (Element) async -> Void
) async {
  await withTaskGroup(of: Void.self) { group in
    var running = 0
    for element in elements {
      if running == width {
        await group.next()
        running -= 1
      }
      group.addTask { await body(element) }
      running += 1
    }
  }
}

extension TransferMeter {
  /// Moves each of `parts`, at most `width` at the same time, and counts their bytes. After a
  /// failure, which is thrown, no other is begun.
  func transfer(
    _ parts: [Range<Int64>], width: Int,
    _ body: @escaping @Sendable (_ index: Int) async throws(StoreError) -> Void
  ) async throws(StoreError) {
    let failure = Mutex<StoreError?>(nil)
    await forEachConcurrently(parts.indices, width: width) { index in
      if failure.withLock({ $0 != nil }) { return }
      do throws(StoreError) {
        try await body(index)
        self.advance(Int64(parts[index].count))
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
