internal import KeepsakeModel

/// The checkpoints of an experiment as files for programs.
struct ExperimentData {
  let summary: ExperimentSummary
  private let checkpoints: CheckpointTable

  init(_ summary: ExperimentSummary) {
    self.summary = summary
    checkpoints = summary.experiment.checkpoints
  }

  /// The path of an experiment's file.
  static func path(_ summary: ExperimentSummary, _ type: String) -> String {
    "data/e/\(summary.stem).\(type)"
  }

  /// A row for each checkpoint, in recorded order; all digits of every metric.
  var csv: SiteFile {
    let columns = checkpoints.columns
    var buffer = ByteBuffer(capacity: checkpoints.count * (110 + 20 * columns.count))
    buffer.append("checkpoint,created,step,path")
    for column in columns {
      buffer.append(",")
      buffer.append(csv: column.name)
    }
    buffer.append("\n")
    for row in checkpoints.indices {
      buffer.append(identifier: checkpoints.ids[row].bits)
      buffer.append(",")
      buffer.append(timestamp: checkpoints.created[row])
      buffer.append(",")
      buffer.append(Int(checkpoints.steps[row]))
      buffer.append(",")
      buffer.append(csv: checkpoints.path(at: row))
      // By index: taking out a column, cell by cell, costs more than writing the cell.
      for index in columns.indices {
        buffer.append(",")
        switch columns[index].kind(at: row) {
        case .missing: continue
        case .number, .integer: buffer.append(exact: columns[index].number(at: row))
        case .other: if let value = columns[index].value(at: row) { buffer.append(csv: value) }
        }
      }
      buffer.append("\n")
    }
    return SiteFile(path: Self.path(summary, "csv"), bytes: buffer.bytes)
  }

  /// The values for read-outs, as a script: `file:` pages cannot load JSON.
  ///
  /// It sends itself as the event `keepsake-values`, whose `detail` is
  ///
  ///     {"id":"…","name":"3940b5d","steps":[…],"times":[…],"metrics":{"loss":[…]}}
  ///
  /// Times are milliseconds since the experiment's start, `null` where they are unknown.
  var script: SiteFile {
    let columns = checkpoints.columns.filter(\.hasNumbers)
    var buffer = ByteBuffer(capacity: checkpoints.count * (8 + 20 * columns.count) + 200)
    buffer.append("document.dispatchEvent(new CustomEvent(\"keepsake-values\",{detail:{\"id\":\"")
    buffer.append(markup: summary.stem)
    buffer.append("\",\"name\":\"")
    buffer.append(markup: summary.shortID)
    buffer.append("\",\"steps\":[")
    for row in checkpoints.indices {
      if row > 0 { buffer.append(",") }
      buffer.append(Int(checkpoints.steps[row]))
    }
    buffer.append("],\"times\":[")
    for row in checkpoints.indices {
      if row > 0 { buffer.append(",") }
      if let age = summary.experiment.age(of: row) {
        buffer.append(Int((age * 1000).rounded()))
      } else {
        buffer.append("null")
      }
    }
    buffer.append("],\"metrics\":{")
    for (index, column) in columns.enumerated() {
      if index > 0 { buffer.append(",") }
      buffer.append("\n")
      buffer.append(json: column.name)
      buffer.append(":[")
      for row in checkpoints.indices {
        if row > 0 { buffer.append(",") }
        if column.isDrawn(at: row) {
          buffer.append(jsonNumber: column.number(at: row))
        } else {
          buffer.append("null")
        }
      }
      buffer.append("]")
    }
    buffer.append("}}}));\n")
    return SiteFile(path: Self.path(summary, "js"), bytes: buffer.bytes)
  }
}
