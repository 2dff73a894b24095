/// Something in a repository that could not be read, or was read but is wrong.
public struct Problem: Sendable, Hashable {
  /// The file, relative to the repository's root.
  public var place: String

  /// What is wrong with it, as a sentence without a full stop.
  public var reason: String

  /// The experiment that it belongs to, where that is known.
  public var experiment: ExperimentID?

  /// Whether the file could be used all the same.
  public var isHarmless: Bool

  /// Names a file and what is wrong with it.
  public init(
    place: String, reason: String, experiment: ExperimentID? = nil, isHarmless: Bool = false
  ) {
    self.place = place
    self.reason = reason
    self.experiment = experiment
    self.isHarmless = isHarmless
  }
}
