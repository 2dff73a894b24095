package import KeepsakeModel

/// Values of one place that were not shown because they look like secrets.
package struct Withholding: Sendable, Hashable {
  /// What holds them: `param api_key`, `command`, `notes/plan.md`.
  package var place: String

  /// The experiment that they belong to; `nil` for what belongs to the project.
  package var experiment: ExperimentID?

  /// How many there are.
  package var count: Int
}
