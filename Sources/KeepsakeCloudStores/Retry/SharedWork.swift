internal import KeepsakeStores

/// Work that is done once for all who ask for it while it goes on.
///
/// It has no task of its own: that would run on the threads of Swift's pool, all of which a training
/// program may occupy.
actor SharedWork<Value: Sendable> {
  private typealias Outcome = Result<Value, StoreError>

  /// Those who wait; `nil` while nothing goes on.
  private var waiting: [CheckedContinuation<Outcome, Never>]?

  /// Does `work`, or waits for the one that goes on.
  func run(
    _ work: @Sendable () async -> Result<Value, StoreError>
  ) async throws(StoreError) -> Value {
    if waiting != nil {
      let outcome = await withCheckedContinuation { waiting?.append($0) }
      return try outcome.get()
    }
    waiting = []
    let outcome = await work()
    for continuation in waiting ?? [] { continuation.resume(returning: outcome) }
    waiting = nil
    return try outcome.get()
  }
}
