internal import KeepsakeModel
package import KeepsakeStores

/// Sends requests, again where that helps.
package struct RequestRunner: Sendable {
  private let transport: any HTTPTransport
  package var policy: RetryPolicy
  private let counter: RequestCounter
  let clock: RetryClock

  package init(
    transport: any HTTPTransport, policy: RetryPolicy = RetryPolicy(),
    counter: RequestCounter = RequestCounter(), clock: RetryClock = .system
  ) {
    self.transport = transport
    self.policy = policy
    self.counter = counter
    self.clock = clock
  }

  /// What came of a request after all tries.
  package struct Result: Sendable {
    /// The last answer, or why there was none.
    package var answer: Swift.Result<HTTPResponse, HTTPFailure>

    /// Whether an earlier try may have had its effect although no good answer came.
    package var mayHaveHappened: Bool
  }

  /// Sends a request until it succeeds, fails for good or was tried often enough.
  ///
  /// - Parameters:
  ///   - request: makes the request for each try.
  ///   - judge: tells what a try means.
  ///   - correct: mends what made the server refuse.
  package func run(
    _ kind: RequestKind,
    request: () async throws(StoreError) -> HTTPRequest,
    judge: (Swift.Result<HTTPResponse, HTTPFailure>) -> TryOutcome,
    correct: (Correction) async throws(StoreError) -> Void
  ) async throws(StoreError) -> Result {
    var state = RetryState(policy)
    var mayHaveHappened = false
    let start = clock.now()
    while true {
      let answer = await send(try await request(), kind)
      let outcome = judge(answer)
      switch state.action(
        after: outcome, elapsed: start.duration(to: clock.now()), random: clock.random())
      {
      case .deliver: return Result(answer: answer, mayHaveHappened: mayHaveHappened)
      case .correct(let correction): try await correct(correction)
      case .pause(let pause):
        if case .transient = outcome { mayHaveHappened = true }
        guard await clock.sleep(pause) else {
          return Result(
            answer: .failure(HTTPFailure(.cancelled, "the request was cancelled")),
            mayHaveHappened: mayHaveHappened)
        }
      }
    }
  }

  private func send(
    _ request: HTTPRequest, _ kind: RequestKind
  ) async -> Swift.Result<HTTPResponse, HTTPFailure> {
    counter.count(kind)
    do throws(HTTPFailure) {
      return .success(try await transport.send(request))
    } catch {
      return .failure(error)
    }
  }
}

/// The time and the chance that retrying depends on; a test passes its own.
package struct RetryClock: Sendable {
  /// The time that has passed since some moment.
  package var now: @Sendable () -> ContinuousClock.Instant

  /// Waits; `false` where the task was cancelled meanwhile.
  package var sleep: @Sendable (Duration) async -> Bool

  /// A number from 0 to 1.
  package var random: @Sendable () -> Double

  package init(
    now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (Duration) async -> Bool, random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
  }

  /// The system's.
  package static var system: RetryClock {
    RetryClock(
      now: { .now }, sleep: { (try? await Task.sleep(for: $0)) != nil },
      random: { .random(in: 0...1) })
  }
}
