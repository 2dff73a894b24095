package import KeepsakeJSON
package import KeepsakeModel

extension PrimaryMetric {
  /// Reads `{"name", "goal"}`. As in 0.4.2, a goal other than `maximize` means `minimize`.
  package init?(json: JSONValue) {
    guard let name = json["name"]?.stringValue else { return nil }
    self.init(name: name, goal: json["goal"]?.stringValue == "maximize" ? .maximize : .minimize)
  }

  /// The object that ``init(json:)`` reads.
  package var json: JSONValue { ["name": .string(name), "goal": .string(goal.rawValue)] }
}

extension JSONValue {
  /// What this value says that `understood`, which was made from it, does not, as ends of sentences
  /// that begin with its name. A null says nothing.
  func omissions(beyond understood: JSONValue) -> [String] {
    guard case .object(let members) = self else { return self == .null ? [] : ["is not an object"] }
    return members.compactMap { member in
      if member.value == .null { return nil }
      guard let value = understood[member.name] else {
        return "has an unknown member \"\(member.name)\""
      }
      return value.isSame(as: member.value) ? nil : "has an unknown kind of \"\(member.name)\""
    }
  }

  /// Whether the values are equal, or the same time written in two ways.
  private func isSame(as other: JSONValue) -> Bool {
    if self == other { return true }
    guard let time = stringValue.flatMap({ Timestamp($0) }) else { return false }
    return time == other.stringValue.flatMap { Timestamp($0) }
  }
}

extension GitState {
  /// Reads `{"commit", "branch", "remote", "dirty"}`.
  package init?(json: JSONValue) {
    guard let commit = json["commit"]?.stringValue else { return nil }
    self.init(
      commit: commit, branch: json["branch"]?.stringValue ?? "",
      remote: json["remote"]?.stringValue ?? "", isDirty: json["dirty"] == .bool(true))
  }

  /// The object that ``init(json:)`` reads.
  package var json: JSONValue {
    [
      "commit": .string(commit), "branch": .string(branch), "remote": .string(remote),
      "dirty": .bool(isDirty),
    ]
  }
}

extension Ending {
  /// Reads `{"status", "time", "exit_code"}`.
  package init?(json: JSONValue) {
    guard let outcome = json["status"]?.stringValue.flatMap(Outcome.init(rawValue:)),
      let time = json["time"]?.stringValue.flatMap({ Timestamp($0) })
    else { return nil }
    var exitCode: Int?
    if case .integer(let code)? = json["exit_code"] { exitCode = Int(code) }
    self.init(outcome: outcome, time: time, exitCode: exitCode)
  }

  /// The object that ``init(json:)`` reads.
  package var json: JSONValue {
    [
      "status": .string(outcome.rawValue), "time": .string(time.rfc3339),
      "exit_code": exitCode.map { .integer(Int64($0)) } ?? .null,
    ]
  }
}

extension Checkpoint {
  /// Writes the checkpoint's object.
  package func encode(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.name("id")
      writer.identifier(id.bits)
      writer.name("created")
      writer.timestamp(created)
      writer.name("metrics")
      metrics.encode(to: &writer)
      writer.name("step")
      writer.integer(step)
      writer.name("path")
      writer.string(path)
      writer.name("primary_metric")
      if let primaryMetric {
        writer.object { writer in
          writer.name("name")
          writer.string(primaryMetric.name)
          writer.name("goal")
          writer.string(primaryMetric.goal.rawValue)
        }
      } else {
        writer.null()
      }
      writer.members(unknownMembers)
    }
  }
}

extension NamedValues {
  /// Writes the values as an object; as `null` where there are none, as 0.4.2 does.
  package func encode(to writer: inout JSONWriter) {
    if isEmpty { return writer.null() }
    writer.object { $0.members(self) }
  }
}
