package import KeepsakeModel

/// Something that could not be recorded, or not in full.
package struct WireLoss: Sendable, Equatable {
  /// The checkpoint that it belongs to; `nil` for what belongs to the experiment.
  package var checkpoint: CheckpointID?

  /// The fact.
  package var what: String

  /// The cause.
  package var why: String

  /// What to do about it, as a sentence.
  package var fix: String

  /// Describes a loss.
  package init(checkpoint: CheckpointID?, what: String, why: String, fix: String) {
    self.checkpoint = checkpoint
    self.what = what
    self.why = why
    self.fix = fix
  }
}

/// Something that the program is told without having asked.
package enum WireEvent: Sendable, Equatable {
  /// Something may not have been recorded.
  case loss(ExperimentID, WireLoss)
  /// A remark.
  case warning(ExperimentID?, String)
  /// How many bytes were sent of the large files that `stop` waits for, and how many they have.
  case progress(done: Int64, total: Int64)
  /// A line that has no identifier was not understood.
  case error(WireError)
}
