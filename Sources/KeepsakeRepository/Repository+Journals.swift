package import KeepsakeModel
package import KeepsakeStores

extension Repository {
  /// The experiment whose identifier starts with `prefix`.
  package func experimentID(matching prefix: String) async throws(RepositoryError) -> ExperimentID {
    if let id = ExperimentID(prefix) { return id }
    let matches: [ExperimentID]
    do throws(StoreError) {
      matches = try await store.objects(below: RepositoryLayout.experiments).compactMap {
        RepositoryLayout.experimentID(
          in: $0.key, below: RepositoryLayout.experiments, ending: ".json")
      }.filter { $0.description.hasPrefix(prefix) }
    } catch {
      throw RepositoryError(error)
    }
    guard let id = matches.first else {
      throw RepositoryError(
        .notFound, what: "cannot find experiment \(prefix)", why: "no id starts with that",
        fix: "List the experiments with `keepsake ls`.")
    }
    guard matches.count == 1 else {
      let names = matches.prefix(8).map(\.short).joined(separator: ", ")
      throw RepositoryError(
        .ambiguous, what: "cannot tell which experiment \(prefix) is",
        why: "\(matches.count) ids start with that: \(names)", fix: "Give more of the id's digits.")
    }
    return id
  }

  /// Which segments of a journal may go once the JSON says what they say.
  package enum JournalRemoval: Sendable, Hashable {
    /// None: a recorder may still be writing to them.
    case none
    /// Those that only name removed checkpoints; recorders never write to these.
    case removals
    /// All: no recorder is at work.
    case all
  }

  /// Brings an experiment's JSON up to date with its journals.
  ///
  /// - Returns: the experiment and the version of its JSON.
  @discardableResult
  package func foldJournals(
    of id: ExperimentID, removing removal: JournalRemoval
  ) async throws(RepositoryError) -> (experiment: Experiment, version: ObjectVersion) {
    try await rewrite(id, removing: removal) { _ in }
  }

  /// Changes an experiment's JSON, with its journals merged into it.
  ///
  /// What a recorder writes at the same moment is not lost: the change is made again. Throws
  /// `.corrupt` rather than drop what this version does not understand.
  @discardableResult
  func rewrite(
    _ id: ExperimentID, removing removal: JournalRemoval, _ change: (inout Experiment) -> Void
  ) async throws(RepositoryError) -> (experiment: Experiment, version: ObjectVersion) {
    let key = RepositoryLayout.experiment(id)
    var attempt = 0
    while true {
      attempt += 1
      do throws(StoreError) {
        guard let object = try await store.object(at: key) else { throw Self.missing(id) }
        let segments = try await store.objects(below: RepositoryLayout.journal(id)).map(\.key)
        var experiment = try await requireExperiment(id)
        let before = experiment
        change(&experiment)
        if segments.isEmpty && experiment == before { return (experiment, object.version) }
        let stored = try await store.put(
          ExperimentEncoder.encode(experiment), at: key, if: .version(object.version),
          durability: .powerCut)
        let superfluous = segments.filter {
          switch removal {
          case .none: false
          case .removals: $0.hasPrefix(RepositoryLayout.removalPrefix(id))
          case .all: true
          }
        }
        for segment in superfluous { try await store.remove(segment) }
        return (experiment, stored.version)
      } catch {
        guard error.code == .conflict, attempt < 8 else { throw RepositoryError(error) }
      }
    }
  }

  private func requireExperiment(_ id: ExperimentID) async throws(StoreError) -> Experiment {
    do throws(RepositoryError) {
      guard let experiment = try await experimentToRewrite(id) else {
        throw RepositoryError(Self.missing(id))
      }
      return experiment
    } catch {
      throw error.underlying
        ?? StoreError(.corrupt, what: error.what, why: error.why, fix: error.fix)
    }
  }

  private static func missing(_ id: ExperimentID) -> StoreError {
    StoreError(
      .notFound, what: "cannot find experiment \(id.short)", why: "the repository has no such id",
      fix: "List the experiments with `keepsake ls`.")
  }
}
