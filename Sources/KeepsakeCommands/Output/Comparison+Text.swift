internal import KeepsakeModel

extension Comparison {
  private static let valueLimit = 50
  private static let leastColumnWidth = 26

  /// The table of `diff`.
  func text(in session: Session) -> String {
    var table = ElasticTable(minimumWidth: Self.leastColumnWidth)
    if session.output.isTerminal { table.width = DisplayWidth.of }
    let limit = Self.limit(for: items.count, in: session)
    let empty = items.dropFirst().map { _ in StyledText("") } + [""]
    for section in sections {
      table.add([session.style.heading(section.title)] + empty)
      if section.key == "experiment" {
        table.add(["ID:"] + items.map { StyledText($0.experiment.id.short) })
      } else if section.key == "checkpoint" {
        table.add(["ID:"] + items.map { StyledText($0.checkpoint?.id.short ?? "") })
      }
      for row in section.rows {
        table.add(
          [StyledText("\(ControlCharacters.replaced(in: row.name)):")]
            + row.values.map { value in
              StyledText(Self.text(value, isTime: row.isTime, limit: limit, in: session))
            })
      }
      if section.rows.isEmpty, section.key != "experiment" || !isWithinExperiment {
        table.add([session.style.faint("(no difference)")] + empty)
      }
      table.add([""] + empty)
    }
    return table.rendered()
  }

  /// Fits values into a terminal, but never below what makes them useless.
  private static func limit(for count: Int, in session: Session) -> Int {
    guard session.output.isTerminal else { return valueLimit }
    return min(valueLimit, max(24, (session.output.columns - leastColumnWidth) / count - 2))
  }

  private static func text(
    _ value: JSONValue?, isTime: Bool, limit: Int, in session: Session
  ) -> String {
    guard let value else { return "(not set)" }
    let full = ValueText.full(value)
    let text = isTime ? Timestamp(full)?.rfc1123(in: session.localTime) ?? full : full
    return ValueText.shortened(ControlCharacters.replaced(in: text), limit: limit)
  }
}

extension Comparison {
  /// The comparison for scripts: a list of values for each name, `null` where it is not set.
  var json: JSONValue {
    let items: [JSONValue] = items.map { item in
      [
        "experiment": .string("\(item.experiment.id)"),
        "checkpoint": item.checkpoint.map { .string("\($0.id)") } ?? .null,
      ]
    }
    let sections = sections.map { section in
      let isFacts = section.key == "experiment" || section.key == "checkpoint"
      return JSONMember(
        section.key,
        .object(
          section.rows.map { row in
            let name =
              isFacts ? row.name.lowercased().replacing(" ", with: "_") : row.name
            return JSONMember(name, .array(row.values.map { $0?.sortedByName ?? .null }))
          }))
    }
    return .object([JSONMember("items", .array(items))] + sections)
  }
}
