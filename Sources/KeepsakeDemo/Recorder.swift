internal import KeepsakeModel

/// Stands in for the recorder of `Keepsake` until that target has one: draws an identifier and
/// keeps nothing.
struct Recorder {
  struct Outcome { var losses: [String] = [] }
  enum Ending { case finished, failed }

  let experimentID: ExperimentID

  init(path: String?, params: NamedValues, projectDirectory: String) throws {
    var random = SystemRandomNumberGenerator()
    experimentID = ExperimentID(Identifier(using: &random))
  }

  func checkpoint(
    path: String? = nil, metrics: NamedValues, step: Int, primaryMetric: PrimaryMetric? = nil
  ) {}

  func finish(_ ending: Ending) -> Outcome { Outcome() }
}
