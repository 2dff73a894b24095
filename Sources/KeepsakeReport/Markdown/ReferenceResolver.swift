internal import KeepsakeModel

/// Finds out what the references of notes stand for.
struct ReferenceResolver: Sendable {
  /// Why a reference does not resolve, as a sentence without a full stop.
  struct Failure: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// What a reference stands for.
  struct Target: Sendable, Hashable {
    /// The experiment's position.
    var experiment: Int
    /// The checkpoint's row; `nil` for the experiment itself.
    var row: Int?
    /// The file that is meant, in the snapshot; empty for none.
    var path: String
  }

  let overview: Overview
  private let experiments: [Experiment]

  init(_ overview: Overview) {
    self.overview = overview
    experiments = overview.experiments.map(\.experiment)
  }

  /// Reads `experiment:PREFIX` or `checkpoint:PREFIX`, with a file after a slash; `nil` for
  /// anything else. `best` stands for the best experiment and its best checkpoint.
  func target(of reference: String) throws(Failure) -> Target? {
    let parts = reference.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "experiment" || parts[0] == "checkpoint" else { return nil }
    let wantsCheckpoint = parts[0] == "checkpoint"
    let names = parts[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let path = names.count == 2 ? String(names[1]) : ""
    var target = try target(prefix: String(names.first ?? ""), named: reference)
    if wantsCheckpoint, target.row == nil {
      guard names.first == "best" else {
        throw Failure("\(reference) is an experiment, not a checkpoint")
      }
      target.row = overview.experiments[target.experiment].representativeRow
    }
    if !wantsCheckpoint, target.row != nil {
      throw Failure("\(reference) is a checkpoint, not an experiment")
    }
    target.path = path
    return target
  }

  /// The position of the experiment whose identifier starts with `prefix`.
  func experiment(_ prefix: String) throws(Failure) -> Int {
    try target(prefix: prefix, named: prefix).experiment
  }

  private func target(prefix: String, named reference: String) throws(Failure) -> Target {
    if prefix == "best" {
      guard let best = overview.bestPosition else {
        throw Failure("\(reference) stands for nothing, because no experiment is best")
      }
      return Target(experiment: best, path: "")
    }
    guard !prefix.isEmpty else { throw Failure("\(reference) has no identifier") }
    do {
      let match = try experiments.match(prefix)
      return Target(experiment: match.experiment, row: match.row, path: "")
    } catch {
      throw Failure(
        error.candidates.isEmpty
          ? "\(reference) matches nothing in this report"
          : "\(reference) matches \(error.candidates.count) experiments and checkpoints")
    }
  }

  /// The page of a target, from the site's folder; `nil` when it has none.
  func page(of target: Target) -> String? {
    let summary = overview.experiments[target.experiment]
    guard summary.hasPage else { return nil }
    let page = summary.link.path
    guard let row = target.row else { return page }
    let isShown = CheckpointList(summary).shows(row)
    return isShown ? "\(page)#\(CheckpointList.anchor(summary, row))" : "\(page)#checkpoints"
  }

  /// What readers see in place of a bare reference.
  func label(of target: Target) -> String {
    let summary = overview.experiments[target.experiment]
    return target.row.map { summary.experiment.checkpoints.ids[$0].short } ?? summary.shortID
  }

  /// The snapshot that holds a target's files.
  func snapshots(of target: Target) -> [SnapshotID] {
    let summary = overview.experiments[target.experiment]
    let checkpoints = summary.experiment.checkpoints
    if let row = target.row { return [.checkpoint(checkpoints.ids[row])] }
    let checkpoint = summary.representativeRow.map { SnapshotID.checkpoint(checkpoints.ids[$0]) }
    return [checkpoint, .experiment(summary.experiment.id)].compactMap { $0 }
  }
}
