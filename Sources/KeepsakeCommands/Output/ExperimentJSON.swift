internal import KeepsakeModel
internal import KeepsakeRepository

/// Experiments as JSON for scripts: the members of 0.4.2 in its order, then ours.
enum ExperimentJSON {
  /// An element of the array that `ls --json` prints.
  static func row(_ experiment: Experiment, now: Timestamp) -> JSONValue {
    let status = experiment.status(at: now)
    var members: [JSONMember] = [
      JSONMember("id", .string("\(experiment.id)")),
      JSONMember("created", .string(experiment.created.rfc3339)),
      JSONMember("params", object(experiment.params)),
      JSONMember("command", .string(experiment.command)),
      JSONMember("num_checkpoints", .integer(Int64(experiment.checkpoints.count))),
      JSONMember("latest_checkpoint", experiment.latest.map(checkpoint) ?? .null),
      JSONMember("best_checkpoint", experiment.best.map(checkpoint) ?? .null),
      JSONMember("user", .string(experiment.user)),
      JSONMember("host", .string(experiment.host)),
      JSONMember("running", .bool(status.isRunning)),
      JSONMember("status", .string(status.rawValue)),
    ]
    members += ExperimentEncoder.additions(to: experiment)
    return .object(members)
  }

  /// What `show --json` prints: the stored object.
  static func stored(_ experiment: Experiment, now: Timestamp) -> JSONValue {
    var members: [JSONMember] = [
      JSONMember("id", .string("\(experiment.id)")),
      JSONMember("created", .string(experiment.created.rfc3339)),
      JSONMember("params", object(experiment.params)),
      JSONMember("host", .string(experiment.host)),
      JSONMember("user", .string(experiment.user)),
      JSONMember(
        "config", ["repository": .string(experiment.repositoryURL), "storage": ""] as JSONValue),
      JSONMember("command", .string(experiment.command)),
      JSONMember("path", .string(experiment.path)),
      JSONMember("python_version", .string(experiment.pythonVersion)),
      JSONMember("python_packages", object(experiment.packages)),
      JSONMember("checkpoints", .array(experiment.checkpoints.map(checkpoint))),
      JSONMember("keepsake_version", .string(experiment.keepsakeVersion)),
    ]
    members += ExperimentEncoder.additions(to: experiment)
    members.append(JSONMember("status", .string(experiment.status(at: now).rawValue)))
    return .object(members)
  }

  /// A checkpoint as it is stored, and the experiment that it belongs to.
  static func stored(_ checkpoint: Checkpoint, of experiment: Experiment) -> JSONValue {
    guard case .object(let members) = self.checkpoint(checkpoint) else { return .null }
    return .object(members + [JSONMember("experiment", .string("\(experiment.id)"))])
  }

  private static func checkpoint(_ checkpoint: Checkpoint) -> JSONValue {
    [
      "id": .string("\(checkpoint.id)"), "created": .string(checkpoint.created.rfc3339),
      "metrics": object(checkpoint.metrics), "step": .integer(checkpoint.step),
      "path": .string(checkpoint.path),
      "primary_metric": checkpoint.primaryMetric.map { metric in
        ["name": .string(metric.name), "goal": .string(metric.goal.rawValue)]
      } ?? .null,
    ]
  }

  private static func object(_ values: NamedValues) -> JSONValue {
    .object(values.map { JSONMember($0.name, $0.value.sortedByName) })
  }
}

extension Session {
  /// Writes `value`, indented as 0.4.2 does.
  func writeJSON(_ value: JSONValue) {
    var text = JSONText.pretty(value)
    if output.isTerminal {
      // JSON leaves DEL and the controls above it as they are.
      text = ControlCharacters.replaced(in: text, keepingNewlines: true)
    }
    print(text)
  }
}
