internal import Dispatch
internal import Synchronization

/// Runs a recorder's background work on threads of its own.
///
/// A training program may occupy every thread of Swift's pool, or none may be left at its exit;
/// recording goes on all the same.
final class RecorderExecutor: TaskExecutor {
  static let shared = RecorderExecutor()

  private let queue = DispatchQueue(label: "keepsake.recorder", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    queue.async { unsafe job.runSynchronously(on: executor) }
  }

  /// Starts `work` in the background.
  @discardableResult
  static func start<Result: Sendable>(
    _ work: @escaping @Sendable () async -> Result
  ) -> Task<Result, Never> {
    Task.detached(executorPreference: shared, operation: work)
  }

  /// Runs `work` in the background and waits for it, blocking this thread.
  static func wait<Result: Sendable, Failure: Error>(
    for work: @escaping @Sendable () async throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let box = ResultBox<Result, Failure>()
    start {
      do throws(Failure) {
        box.set(.success(try await work()))
      } catch {
        box.set(.failure(error))
      }
    }
    return try box.wait().get()
  }
}

/// A result that one thread waits for and another delivers.
private final class ResultBox<Success: Sendable, Failure: Error>: Sendable {
  private let result = Mutex<Result<Success, Failure>?>(nil)
  private let arrival = DispatchSemaphore(value: 0)

  func set(_ value: Result<Success, Failure>) {
    result.withLock { $0 = value }
    arrival.signal()
  }

  func wait() -> Result<Success, Failure> {
    while true {
      arrival.wait()
      if let value = result.withLock({ $0 }) { return value }
    }
  }
}
