internal import FoundationEssentials
internal import Synchronization

/// Runs `body` for every number below `count`, as many at once as there are processors, or `width`.
///
/// The order in which numbers are handed out is ascending, the order of completion is not fixed.
func forEachInParallel(
  _ count: Int, width: Int? = nil, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
  let next = Counter()
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<min(count, width ?? ProcessInfo.processInfo.activeProcessorCount) {
      group.addTask {
        while case let index = next.take(), index < count {
          try Task.checkCancellation()
          try await body(index)
        }
      }
    }
    try await group.waitForAll()
  }
}

private final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

/// Results that several tasks work out, each at a place of its own.
final class ResultList<Value: Sendable>: Sendable {
  private let list: Mutex<[Value]>

  /// A list in which all are `value` at first.
  init(repeating value: Value, count: Int) { list = Mutex(Array(repeating: value, count: count)) }

  /// Keeps the result at a place.
  func set(_ value: Value, at index: Int) { list.withLock { $0[index] = value } }

  /// All results.
  var values: [Value] { list.withLock { $0 } }
}
