extension ByteBuffer {
  /// Appends the values as a table: 20 rows evenly spread, and the best; then where all are.
  mutating func appendTable(of layout: LineChartLayout, csvHref: String?) {
    if layout.curves.count > Palette.count {
      appendSeriesTable(of: layout)
    } else {
      appendStepTable(of: layout)
    }
    append("</tbody>\n</table></div>")
    if let csvHref {
      append("<p><a")
      append(attribute: "href", text: csvHref)
      append(">All values as CSV</a></p>")
    }
    append("</details>\n")
  }

  private mutating func appendStepTable(of layout: LineChartLayout) {
    var longest = 0
    for index in layout.curves.indices
    where layout.curves[index].series.steps.count > layout.curves[longest].series.steps.count {
      longest = index
    }
    let rows = TableRows(of: layout, longest: longest)
    beginTable(shown: rows.all.count, of: layout.curves[longest].series.steps.count)
    append("<th scope=\"col\">")
    append(text: layout.axis.name)
    append("</th>")
    for curve in layout.curves {
      append("<th scope=\"col\">")
      if layout.curves.count == 1 {
        append("value")
      } else {
        appendName(of: curve.series)
      }
      append("</th>")
      if curve.series.band != nil { append("<th scope=\"col\">±</th><th scope=\"col\">n</th>") }
    }
    append("</tr></thead>\n<tbody>\n")
    for (place, row) in rows.all.enumerated() {
      let isBest = place == rows.best
      append(isBest ? "<tr class=\"best\"><td>" : "<tr><td>")
      append(cell: row.step)
      append("</td>")
      for (index, curve) in layout.curves.enumerated() {
        let hasBest = isBest && index == layout.best
        let position =
          hasBest
          ? curve.best : index == longest ? row.position : curve.series.position(at: row.step)
        appendCells(of: curve, at: position, isBest: hasBest)
      }
      append("</tr>\n")
    }
  }

  private mutating func appendCells(of curve: Curve, at position: Int?, isBest: Bool) {
    append("<td>")
    if let position {
      append(metric: curve.series.values[position])
      if isBest { append(" (best)") }
    }
    append("</td>")
    if let band = curve.series.band {
      append("<td>")
      if let position { append(metric: band.deviations[position]) }
      append("</td><td>")
      append(band.count)
      append("</td>")
    }
  }

  /// Many series have a row each.
  private mutating func appendSeriesTable(of layout: LineChartLayout) {
    let others = layout.curves.indices.filter { layout.curves[$0].slot == nil }
    let rows = layout.named + others.prefix(32)
    beginTable(shown: rows.count, of: layout.curves.count)
    append("<th scope=\"col\">series</th><th scope=\"col\">values</th>")
    append("<th scope=\"col\">first</th><th scope=\"col\">last</th>")
    if layout.goal != nil { append("<th scope=\"col\">best</th><th scope=\"col\">at</th>") }
    append("</tr></thead>\n<tbody>\n")
    for index in rows {
      let curve = layout.curves[index]
      let series = curve.series
      append("<tr><th scope=\"row\">")
      appendName(of: series)
      append("</th><td>")
      append(grouped: series.values.count)
      append("</td>")
      for value in [series.values.first, series.values.last] {
        append("<td>")
        if let value { append(metric: value) }
        append("</td>")
      }
      if layout.goal != nil {
        append("<td>")
        if let best = curve.best { append(metric: series.values[best]) }
        append("</td><td>")
        if let best = curve.best { append(cell: series.steps[best]) }
        append("</td>")
      }
      append("</tr>\n")
    }
  }

  /// Appends the start of a table inside `details`, up to the first header cell.
  mutating func beginTable(shown: Int, of count: Int) {
    append("<details class=\"chart-data\"><summary>Data")
    if shown < count {
      append(" (")
      append(shown)
      append(" of ")
      append(grouped: count)
      append(" rows)")
    }
    append("</summary><div class=\"table-scroll\" tabindex=\"0\"><table>\n<thead><tr>")
  }
}

/// The rows of a chart's table: 20 values of its longest line evenly spread, first and last among
/// them, and the best of all.
struct TableRows {
  struct Row {
    var step: Double
    /// The position in the longest line; `nil` where that has nothing at the step.
    var position: Int?
  }

  private(set) var all: [Row] = []

  /// Which row has the best value.
  private(set) var best: Int?

  init(of layout: LineChartLayout, longest: Int) {
    let series = layout.curves[longest].series
    let count = series.steps.count
    let shown = min(20, count)
    var positions = (0..<shown).map { row in
      shown == 1 ? 0 : (row * (count - 1) + (shown - 1) / 2) / (shown - 1)
    }
    let best = layout.best.flatMap { layout.curves[$0].best }
    if let best, layout.best == longest, !positions.contains(best) {
      positions.insert(best, at: positions.firstIndex { $0 > best } ?? positions.count)
    }
    all = positions.map { Row(step: series.steps[$0], position: $0) }
    guard let best, let curve = layout.best else { return }
    if curve == longest {
      self.best = all.firstIndex { $0.position == best }
    } else {
      let step = layout.curves[curve].series.steps[best]
      self.best = all.firstIndex { $0.step == step }
      if self.best == nil {
        let place = all.firstIndex { $0.step > step } ?? all.count
        all.insert(Row(step: step, position: series.position(at: step)), at: place)
        self.best = place
      }
    }
  }
}
