internal import KeepsakeModel
package import KeepsakeStores

/// Sends requests, again where that helps.
package struct RequestRunner: Sendable {
  private let transport: any HTTPTransport
  package var policy: RetryPolicy
  private let counter: RequestCounter
  let clock: RetryClock
  private let outages = Outages()

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
  /// The time that the policy allows is for all requests to a server together. Once one was given up
  /// without an answer, the server is asked once every few seconds, and all others fail at once.
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
      let next = try await request()
      let host = next.host
      if state.tries == 0, let verdict = outages.verdict(on: host, at: start) {
        return Result(answer: .failure(verdict), mayHaveHappened: false)
      }
      let answer = await send(next, kind)
      let now = clock.now()
      let (outcome, since) = outages.note(judge(answer), answer, of: host, from: start, at: now)
      switch state.action(after: outcome, elapsed: since.duration(to: now), random: clock.random())
      {
      case .deliver:
        outages.giveUp(on: host, outcome, answer)
        return Result(answer: answer, mayHaveHappened: mayHaveHappened)
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

extension HTTPRequest {
  /// `host:port`
  fileprivate var host: String {
    let afterScheme = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    return String(afterScheme.prefix { $0 != "/" && $0 != "?" })
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
