/// A moment of an experiment: its metrics and, where a path was saved, a snapshot of files.
public struct Checkpoint: Sendable, Hashable {
  /// The checkpoint's identifier.
  public var id: CheckpointID

  /// When it was made.
  public var created: Timestamp

  /// The training step, as counted by the program.
  public var step: Int64

  /// What was saved, relative to the project directory; empty when nothing was.
  public var path: String

  /// What was measured.
  public var metrics: NamedValues

  /// The metric that says which checkpoint is best, where one was named.
  public var primaryMetric: PrimaryMetric?

  /// Members of its JSON that this version does not know, kept when the file is rewritten.
  public var unknownMembers: [JSONMember]

  /// Describes a checkpoint.
  public init(
    id: CheckpointID, created: Timestamp, step: Int64 = 0, path: String = "",
    metrics: NamedValues = [:], primaryMetric: PrimaryMetric? = nil,
    unknownMembers: [JSONMember] = []
  ) {
    self.id = id
    self.created = created
    self.step = step
    self.path = path
    self.metrics = metrics
    self.primaryMetric = primaryMetric
    self.unknownMembers = unknownMembers
  }

  /// Whether files were saved with it.
  public var hasSnapshot: Bool { !path.isEmpty }
}
