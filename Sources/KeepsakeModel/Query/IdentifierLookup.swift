/// What the beginning of an identifier stands for, in a list of experiments.
package struct IdentifierMatch: Sendable, Hashable {
  /// The experiment's index in the list.
  package let experiment: Int

  /// The checkpoint's row; `nil` where the experiment itself is meant.
  package let row: Int?

  package init(experiment: Int, row: Int?) {
    self.experiment = experiment
    self.row = row
  }
}

/// Why the beginning of an identifier stands for nothing.
package struct LookupError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was looked up.
  package let prefix: String

  /// What it could stand for, a line each; empty where there is nothing.
  package let candidates: [String]

  package init(prefix: String, candidates: [String]) {
    self.prefix = prefix
    self.candidates = candidates
  }

  /// Keepsake 0.4.2's message, then what it could be.
  package var description: String {
    guard !candidates.isEmpty else { return "Checkpoint/experiment not found: \(prefix)" }
    let shown = candidates.prefix(Self.shownCandidates).map { "\n  \($0)" }.joined()
    let more = candidates.count - Self.shownCandidates
    return """
      Prefix is ambiguous: \(prefix) (\(candidates.count) matching checkpoints/experiments)

      It could be:\(shown)\(more > 0 ? "\n  … and \(more) more" : "")
      """
  }

  private static let shownCandidates = 10
}

extension [Experiment] {
  /// The experiment or checkpoint whose identifier starts with `prefix`. O(checkpoints).
  package func match(_ prefix: String) throws(LookupError) -> IdentifierMatch {
    guard let range = Identifier.range(prefix: prefix) else {
      throw LookupError(prefix: prefix, candidates: [])
    }
    var matches: [IdentifierMatch] = []
    for (index, experiment) in enumerated() {
      if range.contains(experiment.id.bits) {
        matches.append(IdentifierMatch(experiment: index, row: nil))
      }
      for (row, id) in experiment.checkpoints.ids.enumerated() where range.contains(id.bits) {
        matches.append(IdentifierMatch(experiment: index, row: row))
      }
    }
    if matches.count == 1 { return matches[0] }
    throw LookupError(prefix: prefix, candidates: matches.map(describe))
  }

  private func describe(_ match: IdentifierMatch) -> String {
    let experiment = self[match.experiment]
    guard let row = match.row else { return "experiment \(experiment.id.bits.text.prefix(12))" }
    let checkpoint = experiment.checkpoints.ids[row].bits.text.prefix(12)
    return
      "checkpoint \(checkpoint) (step \(experiment.checkpoints.steps[row])) of \(experiment.id.short)"
  }
}

extension Identifier {
  /// The identifiers that start with `prefix`; `nil` where none can.
  fileprivate static func range(prefix: String) -> ClosedRange<Identifier>? {
    let missing = 64 - prefix.utf8.count
    guard missing >= 0,
      let low = Identifier(prefix + String(repeating: "0", count: missing)),
      let high = Identifier(prefix + String(repeating: "f", count: missing))
    else { return nil }
    return low...high
  }
}
