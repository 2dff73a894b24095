internal import KeepsakeModel

extension ByteBuffer {
  /// Appends what a scatter chart says, in words.
  mutating func appendSummary(of layout: ScatterLayout, chart: ScatterChart) {
    let count = layout.points.count + layout.clipped.count + layout.unplaced.count
    append(grouped: count)
    append(count == 1 ? " experiment." : " experiments.")
    if let dependence = chart.param.dependence(of: chart.metric.positions(among: [])) {
      append(
        layout.categories.isEmpty
          ? " Rank correlation (Spearman) " : " Correlation ratio of the ranks ")
      append(cell: (dependence * 100).rounded() / 100)
      append(".")
    }
    if let best = layout.best {
      append(" Best: ")
      append(nameOf: chart.experiments[best])
      append(" with ")
      append(cellOf: chart.metric, at: best)
      append(" at ")
      append(text: chart.param.name)
      append(UInt8(ascii: " "))
      append(cellOf: chart.param, at: best)
      append(".")
    }
    append(layout.clipped.count, "beyond the axis")
    append(layout.unplaced.count, "with an infinite metric")
    append(layout.missing, "without both values")
  }

  private mutating func append(_ count: Int, _ what: StaticString) {
    guard count > 0 else { return }
    append(UInt8(ascii: " "))
    append(grouped: count)
    append(UInt8(ascii: " "))
    append(what)
    append(".")
  }

  /// Appends the name of an experiment, as a link where it has a page.
  mutating func append(nameOf experiment: ChartExperiment) {
    guard let href = experiment.href else { return append(text: experiment.label) }
    append("<a")
    append(attribute: "href", text: href)
    append(">")
    append(text: experiment.label)
    append("</a>")
  }

  /// Appends the 20 best experiments as a table.
  mutating func appendTable(of layout: ScatterLayout, chart: ScatterChart) {
    let ys = chart.metric.positions(among: [])
    var rows = (layout.points + layout.clipped).map(\.experiment).sorted()
    if let goal = chart.goal {
      rows.sort {
        ys[$0] == ys[$1] ? $0 < $1 : goal == .minimize ? ys[$0] < ys[$1] : ys[$0] > ys[$1]
      }
    }
    let shown = rows.prefix(20)
    beginTable(shown: shown.count, of: rows.count)
    append("<th scope=\"col\">experiment</th><th scope=\"col\">")
    append(text: chart.param.name)
    append("</th><th scope=\"col\">")
    append(text: chart.metric.name)
    append("</th></tr></thead>\n<tbody>\n")
    for row in shown {
      append(
        row == layout.best ? "<tr class=\"best\"><th scope=\"row\">" : "<tr><th scope=\"row\">")
      append(nameOf: chart.experiments[row])
      append("</th><td>")
      append(cellOf: chart.param, at: row)
      append("</td><td>")
      append(cellOf: chart.metric, at: row)
      append("</td></tr>\n")
    }
    append("</tbody>\n</table></div></details>\n")
  }
}
