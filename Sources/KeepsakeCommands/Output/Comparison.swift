internal import KeepsakeModel

/// What differs between experiments and their checkpoints, side by side.
struct Comparison {
  /// Values that belong together.
  struct Section {
    var title: String
    /// The name in JSON.
    var key: String
    var rows: [Row]
  }

  /// A value of every item; `nil` where it is not set.
  struct Row {
    var name: String
    var values: [JSONValue?]

    /// Whether the values are times in RFC 3339.
    var isTime = false
  }

  let items: [Selection]

  /// Only what differs.
  let sections: [Section]

  init(_ items: [Selection]) {
    self.items = items
    func section(_ title: String, _ key: String, _ rows: [Row]) -> Section {
      Section(title: title, key: key, rows: rows.filter(\.differs))
    }
    func row(_ name: String, _ value: (Selection) -> String) -> Row {
      Row(name: name, values: items.map { .string(value($0)) })
    }
    func times(_ name: String, _ value: (Selection) -> Timestamp?) -> Row {
      Row(name: name, values: items.map { value($0).map { .string($0.rfc3339) } }, isTime: true)
    }
    func rows(_ values: (Selection) -> NamedValues?) -> [Row] {
      let all = items.map { values($0) ?? [:] }
      let names = Set(all.flatMap { $0.map(\.name) }).sorted { $0.utf8Precedes($1) }
      return names.map { name in Row(name: name, values: all.map { $0[name] }) }
    }
    sections = [
      section(
        "Experiment", "experiment",
        [
          row("Command") { $0.experiment.command },
          times("Created") { $0.experiment.created },
          row("Host") { $0.experiment.host }, row("User") { $0.experiment.user },
          row("Git commit") { $0.experiment.git?.commit ?? "" },
        ]),
      section("Params", "params", rows { $0.experiment.params }),
      section("Python Packages", "python_packages", rows { $0.experiment.packages }),
      section(
        "Checkpoint", "checkpoint",
        [
          times("Created") { $0.checkpoint?.created },
          row("Path") { $0.checkpoint?.path ?? "" },
          Row(name: "Step", values: items.map { $0.checkpoint.map { .integer($0.step) } }),
        ]),
      section("Metrics", "metrics", rows { $0.checkpoint?.metrics }),
    ]
  }

  /// Whether all items are of one experiment.
  var isWithinExperiment: Bool {
    items.allSatisfy { $0.experiment.id == items[0].experiment.id }
  }
}

extension Comparison.Row {
  /// Values compare as they are shown: 1 is 1.0, and times of the same second are the same.
  fileprivate var differs: Bool {
    let texts = values.map { value in
      value.map { isTime ? String(ValueText.full($0).prefix(19)) : ValueText.full($0) }
    }
    return texts.contains { $0 != texts[0] }
  }
}
