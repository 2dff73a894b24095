/// Something of an experiment that can be filtered and sorted by.
package enum ExperimentField: Sendable, Hashable {
  case created
  /// The step of the latest checkpoint; 0 without one.
  case step
  case user
  case host
  case command
  case status
  /// A metric of the best checkpoint, else a param.
  case named(String)

  /// The names of what every experiment has.
  package static let builtIn: Set<String> = [
    "created", "step", "user", "host", "command", "status",
  ]

  /// The field that `name` stands for. `started` is an old name of `created`.
  package init(_ name: String) {
    switch name {
    case "created", "started": self = .created
    case "step": self = .step
    case "user": self = .user
    case "host": self = .host
    case "command": self = .command
    case "status": self = .status
    default: self = .named(name)
    }
  }

  /// The field's value; `nil` where it is missing or null.
  package func value(of experiment: Experiment, now: Timestamp) -> JSONValue? {
    switch self {
    case .created: return .integer(experiment.created.nanoseconds)
    case .step:
      let checkpoints = experiment.checkpoints
      return .integer(checkpoints.latestRow.map { checkpoints.steps[$0] } ?? 0)
    case .user: return .string(experiment.user)
    case .host: return .string(experiment.host)
    case .command: return .string(experiment.command)
    case .status: return .string(experiment.status(at: now).rawValue)
    case .named(let name):
      let checkpoints = experiment.checkpoints
      let metric = checkpoints.bestRow.flatMap { checkpoints.column(name)?.value(at: $0) }
      let value = metric ?? experiment.params[name]
      return value == .null ? nil : value
    }
  }
}
