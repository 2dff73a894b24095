public import KeepsakeModel

/// Something that could not be recorded, or could not be recorded in full.
public struct Loss: Sendable, Hashable, CustomStringConvertible {
  /// The checkpoint that it belongs to; `nil` for what belongs to the experiment.
  public var checkpoint: CheckpointID?

  /// The fact.
  public var what: String

  /// The cause.
  public var why: String

  /// What to do about it, as a sentence.
  public var fix: String

  package init(checkpoint: CheckpointID? = nil, what: String, why: String, fix: String) {
    self.checkpoint = checkpoint
    self.what = what
    self.why = why
    self.fix = fix
  }

  public var description: String { "\(what): \(why). \(fix)" }
}

/// What became of a checkpoint when the call that makes it returned.
public struct CheckpointReceipt: Sendable, Hashable {
  /// The checkpoint's identifier.
  public let id: CheckpointID

  /// The step that was recorded.
  public let step: Int

  /// What could not be recorded of it so far. Its files may still be lost later:
  /// ``Recorder/finish(_:exitCode:)`` says so.
  public let losses: [Loss]

  /// Remarks that are no losses: a very large `path`, files that were skipped.
  public let warnings: [String]
}

/// What became of an experiment.
public struct RecordingSummary: Sendable, Hashable {
  /// The experiment's identifier.
  public let experiment: ExperimentID

  /// Everything that could not be recorded, oldest first.
  public let losses: [Loss]

  /// Whether everything was recorded.
  public var isComplete: Bool { losses.isEmpty }
}
