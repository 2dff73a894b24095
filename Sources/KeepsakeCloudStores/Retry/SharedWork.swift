internal import KeepsakeStores

/// What work brought, kept for all; the work is done once for all who ask while it goes on.
///
/// It has no task of its own: that would run on the threads of Swift's pool, all of which a training
/// program may occupy.
actor SharedWork<Value: Sendable> {
  private typealias Outcome = Result<Value, StoreError>

  /// Those who wait; `nil` while nothing goes on.
  private var waiting: [CheckedContinuation<Outcome, Never>]?

  /// What work brought last.
  private var latest: Value?

  /// What is there, where it `serves`; otherwise what `work` brings, or the work that goes on.
  func value(
    serving serves: @Sendable (Value) -> Bool,
    orFrom work: @Sendable () async -> Result<Value, StoreError>
  ) async throws(StoreError) -> Value {
    if waiting != nil {
      let outcome = await withCheckedContinuation { waiting?.append($0) }
      return try outcome.get()
    }
    if let latest, serves(latest) { return latest }
    waiting = []
    let outcome = await work()
    if case .success(let value) = outcome { latest = value }
    for continuation in waiting ?? [] { continuation.resume(returning: outcome) }
    waiting = nil
    return try outcome.get()
  }
}
