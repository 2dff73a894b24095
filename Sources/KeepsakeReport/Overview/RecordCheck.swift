internal import KeepsakeModel

/// What experiments say that cannot be: times that contradict each other, and checkpoints of one
/// name.
///
/// Times are compared with each other and never with the clock, so that a site does not depend on
/// when it was made.
enum RecordCheck {
  /// Clocks of machines that work together differ by less.
  private static let tolerance = Duration.seconds(1)

  /// What is wrong with `experiments`; of those with the same identifier, with the first.
  static func problems(of experiments: [Experiment]) -> [Problem] {
    var seen = Set<ExperimentID>()
    return experiments.flatMap { experiment -> [Problem] in
      guard seen.insert(experiment.id).inserted else { return [] }
      return reasons(experiment).map {
        Problem(
          place: "metadata/experiments/\(experiment.id).json", reason: $0,
          experiment: experiment.id, isHarmless: true)
      }
    }
  }

  private static func reasons(_ experiment: Experiment) -> [String] {
    var reasons: [String] = []
    let checkpoints = experiment.checkpoints
    if experiment.created.isKnown {
      var early = Skew()
      for time in checkpoints.created { early.add(time, notBefore: experiment.created) }
      if early.count > 0 {
        reasons.append(
          "\(early.count) of \(checkpoints.count) checkpoints are dated before its start, by up to "
            + "\(early.text): the clocks differed")
      }
      var end = Skew()
      if let time = experiment.ending?.time { end.add(time, notBefore: experiment.created) }
      if end.count > 0 {
        reasons.append("it ended \(end.text) before its start: the clocks differed")
      }
    }
    var back = Skew()
    for (earlier, later) in zip(checkpoints.created, checkpoints.created.dropFirst())
    where earlier.isKnown {
      back.add(later, notBefore: earlier)
    }
    if back.count > 0 {
      reasons.append(
        "the times of its checkpoints go back \(back.count == 1 ? "once" : "\(back.count) times"), "
          + "by up to \(back.text): a clock was changed, or several recorded")
    }
    // Sorting takes no longer for ids that somebody made to be slow in a set.
    let ids = checkpoints.ids.sorted()
    let repeated = zip(ids, ids.dropFirst()).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
    if repeated > 0 {
      reasons.append(
        "\(repeated) of \(checkpoints.count) checkpoints \(repeated == 1 ? "has" : "have") the id "
          + "of another one")
    }
    return reasons
  }

  /// Times that should not be before others.
  private struct Skew {
    var count = 0
    private var largest = Duration.zero

    mutating func add(_ time: Timestamp, notBefore other: Timestamp) {
      guard time.isKnown, time < other else { return }
      let distance = other.since(time)
      guard distance > RecordCheck.tolerance else { return }
      count += 1
      largest = max(largest, distance)
    }

    /// The largest distance.
    var text: String { String(duration: largest) }
  }
}

extension Timestamp {
  /// Whether it is more than what stands for a time that could not be read: 1970.
  var isKnown: Bool { nanoseconds != 0 }
}
