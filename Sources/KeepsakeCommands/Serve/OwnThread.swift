internal import Dispatch

/// Threads outside of the pools, whose few threads blocking calls would use up.
enum OwnThread {
  /// Runs a blocking call on a thread of its own.
  static func run<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let result: Swift.Result<Result, Failure> = await withCheckedContinuation { continuation in
      // Unlike a concurrent queue, one of its own does not share its threads.
      DispatchQueue(label: "keepsake.serve.call").async {
        do throws(Failure) {
          continuation.resume(returning: .success(try work()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}

/// Runs an actor on a thread of its own, so that it may block.
final class OwnThreadExecutor: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedSerialExecutor()
    queue.async { unsafe job.runSynchronously(on: executor) }
  }
}
