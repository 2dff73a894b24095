internal import Synchronization

/// Counts the requests of a program, every try of each.
package final class RequestCounter: Sendable {
  private let counts = Mutex<[RequestKind: Int]>([:])

  package init() {}

  /// Adds one request.
  package func count(_ kind: RequestKind) { counts.withLock { $0[kind, default: 0] += 1 } }

  /// How many there were so far, by kind.
  package var current: [RequestKind: Int] { counts.withLock { $0 } }

  /// `12 requests: 2 list, 10 read`; `nil` where there were none.
  package var summary: String? {
    let counts = current
    let total = counts.values.reduce(0, +)
    if total == 0 { return nil }
    let parts = RequestKind.allCases.compactMap { kind in
      counts[kind].map { "\($0) \(kind.rawValue)" }
    }
    return "\(total) request\(total == 1 ? "" : "s"): \(parts.joined(separator: ", "))"
  }
}
