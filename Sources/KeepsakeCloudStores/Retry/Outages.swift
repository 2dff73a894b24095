internal import Synchronization

/// Which servers do not answer at present, as all requests of a program see it: they share one
/// patience, instead of each having its own.
final class Outages: Sendable {
  typealias Answer = Result<HTTPResponse, HTTPFailure>

  private let hosts = Mutex<[String: Host]>([:])

  private struct Host {
    /// Whether it ever gave a good answer: an address that was right will be so again.
    var hasAnswered = false

    /// What happened since the last good answer.
    var outage: Outage?
  }

  private struct Outage {
    /// When the first request that failed was begun.
    var start: ContinuousClock.Instant
    var latestFailure: ContinuousClock.Instant

    /// Why a request without any answer was given up, if one was.
    var verdict: HTTPFailure?
  }

  /// So long after a failure nobody asks a server again that a request was given up for.
  static let rest = Duration.seconds(10)

  /// Why a request that begins now fails without being sent, if others just did.
  func verdict(on host: String, at now: ContinuousClock.Instant) -> HTTPFailure? {
    hosts.withLock { hosts in
      guard let outage = hosts[host]?.outage,
        outage.latestFailure.duration(to: now) < Self.rest
      else { return nil }
      return outage.verdict
    }
  }

  /// Notes that a request was given up that could have succeeded later.
  func giveUp(on host: String, _ outcome: TryOutcome, _ answer: Answer) {
    guard outcome != .final, case .failure(let failure) = answer else { return }
    hosts.withLock { $0[host]?.outage?.verdict = failure }
  }

  /// Notes what came of a try.
  ///
  /// - Parameter start: when the first try of the same request began.
  /// - Returns: what the try means, and since when the server has been failing, if it is.
  func note(
    _ outcome: TryOutcome, _ answer: Answer, of host: String, from start: ContinuousClock.Instant,
    at now: ContinuousClock.Instant
  ) -> (outcome: TryOutcome, since: ContinuousClock.Instant) {
    hosts.withLock { hosts in
      var known = hosts[host] ?? Host()
      defer { hosts[host] = known }
      switch outcome {
      case .final, .correctable:
        if case .success = answer { known = Host(hasAnswered: true) }
        return (outcome, start)
      case .transient, .unreachable:
        let since = min(known.outage?.start ?? start, start)
        known.outage = Outage(
          start: since, latestFailure: now, verdict: known.outage?.verdict)
        return (outcome == .unreachable && known.hasAnswered ? .transient() : outcome, since)
      }
    }
  }
}
