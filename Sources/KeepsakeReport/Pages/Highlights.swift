internal import KeepsakeModel

/// Sentences about what matters: which experiment is best, by how much, and what it did otherwise.
struct Highlights {
  /// What the sentences are written in.
  enum Language {
    /// Markup for a page in the site's own folder.
    case html
    /// Markdown in which everything from outside stands in code spans.
    case markdown
  }

  private let context: SiteContext
  private let language: Language
  private var overview: Overview { context.overview }

  init(_ context: SiteContext, in language: Language = .html) {
    self.context = context
    self.language = language
  }

  /// The best experiment, its value, and how it differs from the baseline or the next best.
  var best: ByteBuffer? {
    guard let position = overview.bestPosition, let metric = overview.metric,
      let score = overview.experiments[position].score
    else { return nil }
    let summary = overview.experiments[position]
    var buffer = ByteBuffer()
    buffer.append("Best is ")
    append(summary, to: &buffer)
    buffer.append(" with ")
    append(score, of: metric, in: summary, to: &buffer)
    if let rival = rival(of: position), let other = overview.experiments[rival.position].score {
      let name: StaticString = rival.isBaseline ? "the baseline " : "the next, "
      if (score - other).isFinite {
        buffer.append(", ")
        appendComparison(of: score, with: other, to: &buffer)
        buffer.append(name)
      } else {
        buffer.append(rival.isBaseline ? "; the baseline is " : "; the next is ")
      }
      append(overview.experiments[rival.position], to: &buffer)
      buffer.append(".")
      appendDifference(
        from: overview.experiments[rival.position].experiment.params,
        to: summary.experiment.params, in: &buffer)
    } else {
      buffer.append(".")
    }
    return buffer
  }

  /// The newest experiment, its value, and its place among all that have one; `nil` where it is the
  /// only one, or there is nothing to rank by.
  var newest: ByteBuffer? {
    guard let metric = overview.metric, let best = overview.bestPosition,
      let bestScore = overview.experiments[best].score, overview.experiments.count > 1
    else { return nil }
    let summary = overview.experiments[0]
    var buffer = ByteBuffer()
    buffer.append("The newest, ")
    append(summary, to: &buffer)
    if summary.status != .finished {
      buffer.append(" (")
      buffer.append(markup: summary.status.rawValue)
      buffer.append(")")
    }
    let rankedCount = overview.experiments.count { $0.score != nil }
    guard let score = summary.score, let rank = overview.ranking.firstIndex(of: 0) else {
      buffer.append(", has no ")
      append(name: metric.name, to: &buffer)
      buffer.append(".")
      return buffer
    }
    if rank == 0 {
      buffer.append(", is the best of ")
      buffer.append(grouped: rankedCount)
    } else {
      buffer.append(", has ")
      append(score, of: metric, in: summary, to: &buffer)
      buffer.append(": ")
      buffer.append(ordinal: rank + 1)
      buffer.append(" of ")
      buffer.append(grouped: rankedCount)
      if (score - bestScore).isFinite {
        buffer.append(", ")
        appendComparison(of: score, with: bestScore, to: &buffer)
        buffer.append("the best")
      }
    }
    buffer.append(".")
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

  private func append(_ summary: ExperimentSummary, to buffer: inout ByteBuffer) {
    switch language {
    case .html: buffer.append(experiment: summary, root: "")
    case .markdown: buffer.append(code: summary.shortID)
    }
  }

  private func append(name: String, to buffer: inout ByteBuffer) {
    switch language {
    case .html: buffer.append(name: name)
    case .markdown: buffer.append(code: name)
    }
  }

  private func append(
    _ score: Double, of metric: PrimaryMetric, in summary: ExperimentSummary,
    to buffer: inout ByteBuffer
  ) {
    append(name: metric.name, to: &buffer)
    buffer.append(language == .html ? " <strong>" : " **")
    buffer.append(metric: score)
    buffer.append(language == .html ? "</strong>" : "**")
    if let row = summary.scoreRow {
      buffer.append(" at step ")
      buffer.append(integer: summary.experiment.checkpoints.steps[row])
    }
  }

  /// Appends how far a value is from another one: `0.1 lower than `, `the same as `.
  private func appendComparison(
    of value: Double, with other: Double, to buffer: inout ByteBuffer
  ) {
    guard value != other else { return buffer.append("the same as ") }
    let difference = (value - other).magnitude
    buffer.append(metric: Self.plain(difference, near: max(value.magnitude, other.magnitude)))
    buffer.append(value < other ? " lower than " : " higher than ")
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
      append(change, to: &buffer)
    }
    if changes.count > named {
      buffer.append(" and ")
      buffer.append(changes.count - named, noun: "other param", plural: "other params")
    }
    buffer.append(".")
  }

  private func append(_ change: ParamChange, to buffer: inout ByteBuffer) {
    switch language {
    case .html:
      buffer.append("<span class=\"change\">")
      buffer.append(name: change.name)
      buffer.append(" <b>")
      append(change.new, to: &buffer)
      buffer.append("</b> <span class=\"was\">(")
      append(change.old, to: &buffer)
      buffer.append(")</span></span>")
    case .markdown:
      buffer.append(code: change.name)
      buffer.append(" **")
      append(change.new, to: &buffer)
      buffer.append("** (")
      append(change.old, to: &buffer)
      buffer.append(")")
    }
  }

  /// Appends a value, of a long one the start and the end.
  private func append(_ value: JSONValue?, to buffer: inout ByteBuffer) {
    guard let value else { return buffer.append("not set") }
    if value.isNumber { return buffer.append(param: value) }
    switch language {
    case .html:
      var text = ByteBuffer()
      text.append(plainParam: value)
      buffer.append(text: text.text, width: 32)
    case .markdown: buffer.append(codeParam: value)
    }
  }
}

extension ByteBuffer {
  /// Appends the place in an order: `1st`, `12th`.
  mutating func append(ordinal place: Int) {
    append(grouped: place)
    switch (place % 10, place % 100) {
    case (_, 11...13): append("th")
    case (1, _): append("st")
    case (2, _): append("nd")
    case (3, _): append("rd")
    default: append("th")
    }
  }
}

/// A named value that differs between two experiments.
struct ParamChange: Sendable, Hashable {
  var name: String
  /// The value before; `nil` when there was none.
  var old: JSONValue?
  /// The value after; `nil` when there is none.
  var new: JSONValue?

  /// What differs between two lists, by name in natural order.
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
    return changes.sorted { $0.name.naturallyPrecedes($1.name) }
  }
}
