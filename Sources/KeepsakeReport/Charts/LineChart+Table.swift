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
    let source = layout.best ?? longest
    let steps = TableRows.steps(
      of: layout.curves[longest].series,
      keeping: layout.best.flatMap { best in
        layout.curves[best].best.map { layout.curves[best].series.steps[$0] }
      })
    beginTable(shown: steps.count, of: layout.curves[longest].series.steps.count)
    append("<th scope=\"col\">")
    append(text: layout.xName)
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
    let bestStep = layout.curves[source].best.map { layout.curves[source].series.steps[$0] }
    for step in steps {
      append(layout.best != nil && step == bestStep ? "<tr class=\"best\"><td>" : "<tr><td>")
      append(cell: step)
      append("</td>")
      for (index, curve) in layout.curves.enumerated() {
        appendCells(of: curve, at: step, isBest: index == layout.best && step == bestStep)
      }
      append("</tr>\n")
    }
  }

  private mutating func appendCells(of curve: Curve, at step: Double, isBest: Bool) {
    let series = curve.series
    var row = series.steps.firstPosition(notBelow: step)
    if isBest, let best = curve.best { row = best }
    let isRecorded = row < series.steps.count && series.steps[row] == step
    append("<td>")
    if isRecorded {
      append(cell: series.values[row])
      if isBest { append(" (best)") }
    }
    append("</td>")
    if let band = series.band {
      append("<td>")
      if isRecorded { append(cell: band.deviations[row]) }
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
      for position in [curve.first, curve.last] {
        append("<td>")
        if let position { append(cell: series.values[position]) }
        append("</td>")
      }
      if layout.goal != nil {
        append("<td>")
        if let best = curve.best { append(cell: series.values[best]) }
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

/// Chooses the rows of a chart's table.
enum TableRows {
  /// 20 steps of a series evenly spread, first and last among them, and `kept`; ascending.
  static func steps(of series: ChartSeries, keeping kept: Double?) -> [Double] {
    let count = series.steps.count
    var steps: [Double] = []
    let shown = min(20, count)
    for row in 0..<shown {
      let index = shown == 1 ? 0 : (row * (count - 1) + (shown - 1) / 2) / (shown - 1)
      steps.append(series.steps[index])
    }
    if let kept, !steps.contains(kept) {
      steps.insert(kept, at: steps.firstPosition(notBelow: kept))
    }
    return steps
  }
}
