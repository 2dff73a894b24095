internal import Dispatch

/// Runs blocking calls on threads of their own, so that they do not hold up Swift's tasks.
package enum BlockingPool {
  private static let queue = DispatchQueue(label: "keepsake.blocking", attributes: .concurrent)

  /// Runs `work` on another thread and returns its result.
  package static func run<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let result: Swift.Result<Result, Failure> = await withCheckedContinuation { continuation in
      queue.async {
        do throws(Failure) {
          continuation.resume(returning: .success(try work()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  /// Calls `body` for each of `count` indices, on as many threads as there are cores.
  package static func forEach(
    _ count: Int, _ body: @escaping @Sendable (_ index: Int) -> Void
  ) async {
    await run { DispatchQueue.concurrentPerform(iterations: count) { body($0) } }
  }
}
