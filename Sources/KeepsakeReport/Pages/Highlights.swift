internal import KeepsakeModel

/// Sentences about what matters: which experiment is best, by how much, and what it did otherwise.
struct Highlights {
  private let context: SiteContext
  private var overview: Overview { context.overview }

  init(_ context: SiteContext) { self.context = context }

  /// The best experiment, its value, and how it differs from the baseline or the next best.
  var best: ByteBuffer? {
    guard let position = overview.bestPosition, let metric = overview.metric,
      let score = overview.experiments[position].score
    else { return nil }
    let summary = overview.experiments[position]
    var buffer = ByteBuffer()
    buffer.append("Best is ")
    buffer.append(experiment: summary, root: "")
    buffer.append(" with ")
    buffer.append(name: metric.name)
    buffer.append(" <strong>")
    buffer.append(metric: score)
    buffer.append("</strong>")
    if let row = summary.scoreRow {
      buffer.append(" at step ")
      buffer.append(integer: summary.experiment.checkpoints.steps[row])
    }
    if let rival = rival(of: position), let other = overview.experiments[rival.position].score {
      append(
        lead: score, over: other, of: overview.experiments[rival.position],
        isBaseline: rival.isBaseline, metric: metric, to: &buffer)
      appendDifference(
        from: overview.experiments[rival.position].experiment.params,
        to: summary.experiment.params, in: &buffer)
    } else {
      buffer.append(".")
    }
    return buffer
  }

  private func rival(of position: Int) -> (position: Int, isBaseline: Bool)? {
    if let id = context.options.baseline, let baseline = overview.position(of: id),
      baseline != position, overview.experiments[baseline].score != nil
    {
      return (baseline, true)
    }
    guard overview.best.count > 1 else { return nil }
    return (overview.best[1], false)
  }

  private func append(
    lead score: Double, over other: Double, of rival: ExperimentSummary, isBaseline: Bool,
    metric: PrimaryMetric, to buffer: inout ByteBuffer
  ) {
    let difference = (score - other).magnitude
    if difference == 0 {
      buffer.append(isBaseline ? ", the same as the baseline " : ", the same as the next, ")
    } else if difference.isFinite {
      buffer.append(", ")
      buffer.append(cell: Self.plain(difference, near: max(score.magnitude, other.magnitude)))
      buffer.append(metric.goal == .minimize ? " lower than " : " higher than ")
      buffer.append(isBaseline ? "the baseline " : "the next, ")
    } else {
      buffer.append(isBaseline ? "; the baseline is " : "; the next is ")
    }
    buffer.append(experiment: rival, root: "")
    buffer.append(".")
  }

  /// A difference without the digits that are noise of binary fractions: 0.1 for 0.3 − 0.2.
  static func plain(_ difference: Double, near magnitude: Double) -> Double {
    guard magnitude > 0, magnitude.isFinite else { return difference }
    let unit = power(10, (logarithm(magnitude)).rounded(.down) - 12)
    let rounded = (difference / unit).rounded() * unit
    return rounded.isFinite && unit > 0 ? rounded : difference
  }

  private func appendDifference(
    from old: NamedValues, to new: NamedValues, in buffer: inout ByteBuffer
  ) {
    let changes = ParamChange.changes(from: old, to: new)
    guard !changes.isEmpty else { return buffer.append(" Their params are the same.") }
    buffer.append(" It differs in ")
    let named = 3
    for (index, change) in changes.prefix(named).enumerated() {
      if index > 0 { buffer.append(", ") }
      buffer.append("<span class=\"change\">")
      buffer.append(name: change.name)
      buffer.append(" <b>")
      append(change.new, to: &buffer)
      buffer.append("</b> <span class=\"was\">(")
      append(change.old, to: &buffer)
      buffer.append(")</span></span>")
    }
    if changes.count > named {
      buffer.append(" and ")
      buffer.append(changes.count - named, noun: "other param", plural: "other params")
    }
    buffer.append(".")
  }

  /// Appends a value, of a long one the start and the end.
  private func append(_ value: JSONValue?, to buffer: inout ByteBuffer) {
    guard let value else { return buffer.append("not set") }
    if value.isNumber { return buffer.append(param: value) }
    var text = ByteBuffer()
    text.append(plainParam: value)
    buffer.append(text: text.text, width: 32)
  }
}

/// A named value that differs between two experiments.
struct ParamChange: Sendable, Hashable {
  var name: String
  /// The value before; `nil` when there was none.
  var old: JSONValue?
  /// The value after; `nil` when there is none.
  var new: JSONValue?

  /// What differs between two lists, by name.
  static func changes(from old: NamedValues, to new: NamedValues) -> [ParamChange] {
    var changes: [ParamChange] = []
    var (a, b) = (0, 0)
    while a < old.count || b < new.count {
      if b == new.count || (a < old.count && old[a].name.utf8Precedes(new[b].name)) {
        changes.append(ParamChange(name: old[a].name, old: old[a].value))
        a += 1
      } else if a == old.count || new[b].name.utf8Precedes(old[a].name) {
        changes.append(ParamChange(name: new[b].name, new: new[b].value))
        b += 1
      } else {
        if old[a].value != new[b].value {
          changes.append(ParamChange(name: old[a].name, old: old[a].value, new: new[b].value))
        }
        a += 1
        b += 1
      }
    }
    return changes
  }
}
