internal import KeepsakeModel
internal import KeepsakeRepository

/// Experiments, with all that is theirs, and checkpoints that are to be removed.
struct Removal {
  private let repository: Repository
  private let experiments: [Experiment]
  private var matches: [IdentifierMatch] = []

  /// Looks up what is meant, each thing once.
  init(_ prefixes: [String], in repository: Repository) async throws {
    self.repository = repository
    experiments = try await repository.listing().experiments
    // Whole identifiers of many experiments are the usual case: not each a search through all.
    let places = Dictionary(
      uniqueKeysWithValues: experiments.enumerated().map { ($1.id, $0) })
    var known: Set<IdentifierMatch> = []
    for prefix in prefixes {
      let place = ExperimentID(prefix).flatMap { places[$0] }
      let match =
        try place.map { IdentifierMatch(experiment: $0, row: nil) } ?? experiments.match(prefix)
      if known.insert(match).inserted { matches.append(match) }
    }
  }

  /// The experiments that go as a whole.
  var experimentIDs: [ExperimentID] {
    matches.compactMap { $0.row == nil ? experiments[$0.experiment].id : nil }
  }

  /// The checkpoints that go without their experiment.
  var checkpointIDs: [CheckpointID] {
    matches.compactMap { match in
      match.row.map { experiments[match.experiment].checkpoints.ids[$0] }
    }
  }

  /// What is removed, a line each.
  func descriptions(at now: Timestamp) -> [String] {
    matches.map { match in
      let experiment = experiments[match.experiment]
      guard let row = match.row else {
        let isRunning = experiment.status(at: now).isRunning
        let count =
          "\(experiment.checkpoints.count) checkpoints\(isRunning ? ", still running" : "")"
        return "Experiment \(experiment.id.short) (\(count))"
      }
      let checkpoints = experiment.checkpoints
      return
        "Checkpoint \(checkpoints.ids[row].short) (step \(checkpoints.steps[row])) of experiment \(experiment.id.short)"
    }
  }

  /// Removes it; `begin` is told each thing before it goes.
  func perform(at now: Timestamp, begin: (String) -> Void = { _ in }) async throws {
    for match in matches {
      let experiment = experiments[match.experiment]
      if let row = match.row {
        let checkpoint = experiment.checkpoints.ids[row]
        begin("Removing checkpoint \(checkpoint.short)...")
        try await repository.remove(checkpoint, of: experiment, now: now)
      } else {
        begin("Removing experiment \(experiment.id.short) and its checkpoints...")
        try await repository.remove(experiment)
      }
    }
    // What 0.4.2 left behind of experiments that it removed, but nothing that was just written.
    let hourAgo = Timestamp(nanoseconds: now.nanoseconds - 3_600_000_000_000)
    try await repository.removeOrphans(
      given: try await repository.listing(), writtenBefore: hourAgo)
  }
}
