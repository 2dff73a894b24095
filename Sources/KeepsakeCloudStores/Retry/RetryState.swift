package import KeepsakeModel

/// How often and how long a request is tried.
package struct RetryPolicy: Sendable, Hashable {
  /// How often at most.
  package var tries = 7

  /// How often at most where no connection can be made: a wrong address does not mend itself.
  package var unreachableTries = 3

  /// The longest pause before the second try; it doubles with each one.
  package var firstPause = Duration.milliseconds(200)

  /// No pause is longer, whatever the server asks for.
  package var longestPause = Duration.seconds(20)

  /// After so long nothing is tried again.
  package var limit = Duration.seconds(300)

  package init() {}

  /// For a program that has other things to do meanwhile and must lose nothing: two minutes.
  package static var patient: RetryPolicy {
    var policy = RetryPolicy()
    policy.tries = 20
    policy.limit = .seconds(120)
    return policy
  }
}

/// What became of one try.
package enum TryOutcome: Sendable, Hashable {
  /// An answer to hand out, good or bad.
  case final
  /// The same request may succeed later, after the pause that the server asks for.
  case transient(after: Duration? = nil)
  /// No connection.
  case unreachable
  /// The request was refused for a reason that the client can mend.
  case correctable(Correction)
}

/// What a client changes before it repeats a refused request.
package enum Correction: Sendable, Hashable {
  /// Gets new credentials.
  case credentials
  /// Takes over the server's time.
  case clock(Timestamp)
  /// Asks in another region.
  case region(String)

  fileprivate var kind: Int {
    switch self {
    case .credentials: 0
    case .clock: 1
    case .region: 2
    }
  }
}

/// What to do after a try.
package enum RetryAction: Sendable, Hashable {
  /// Hand out what came.
  case deliver
  /// Wait, then try again.
  case pause(Duration)
  /// Make the correction, then try again at once.
  case correct(Correction)
}

/// Decides what follows each try of one request.
package struct RetryState: Sendable {
  private let policy: RetryPolicy

  /// How often the request was tried.
  package private(set) var tries = 0

  private var corrections: Set<Int> = []

  package init(_ policy: RetryPolicy) { self.policy = policy }

  /// What to do after a try.
  ///
  /// - Parameters:
  ///   - elapsed: the time since the first try began.
  ///   - random: a number from 0 to 1 for the jitter.
  package mutating func action(
    after outcome: TryOutcome, elapsed: Duration, random: Double
  ) -> RetryAction {
    tries += 1
    switch outcome {
    case .final: return .deliver
    case .correctable(let correction):
      // Each once: a server that goes on refusing means something else.
      guard corrections.insert(correction.kind).inserted else { return .deliver }
      return .correct(correction)
    case .unreachable:
      return tries < policy.unreachableTries ? pause(nil, elapsed, random) : .deliver
    case .transient(let asked):
      return tries < policy.tries ? pause(asked, elapsed, random) : .deliver
    }
  }

  /// Random between none and the full pause, so that many clients do not come back at once; at least
  /// what the server asks for.
  private func pause(_ asked: Duration?, _ elapsed: Duration, _ random: Double) -> RetryAction {
    var longest = policy.firstPause
    for _ in 1..<max(tries, 1) where longest < policy.longestPause { longest *= 2 }
    let pause = min(
      max(min(longest, policy.longestPause) * random, asked ?? .zero), policy.longestPause)
    return elapsed + pause < policy.limit ? .pause(pause) : .deliver
  }
}
