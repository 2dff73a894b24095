internal import KeepsakeModel

extension ByteBuffer {
  /// Appends the lines: five classes of ranks, the worst first, then the best eight.
  mutating func appendLines(of layout: ParallelLayout) {
    let others = Array(layout.drawn.dropFirst(8))
    let classes: [(name: StaticString, color: StaticString)] = [
      ("q1", "#3f63d8"), ("q2", "#7088dc"), ("q3", "#98a9e2"), ("q4", "#bac5e6"),
      ("q5", "#d3d9e6"),
    ]
    // A few lines can be strong; hundreds must let each other through.
    let opacity: StaticString = others.count > 120 ? ".5" : ".85"
    for (level, style) in classes.enumerated().reversed() {
      let start = others.count * level / 5
      let end = others.count * (level + 1) / 5
      if start == end { continue }
      append("<path class=\"")
      append(style.name)
      append("\" color=\"")
      append(style.color)
      append("\" stroke=\"currentColor\" stroke-linejoin=\"round\" stroke-opacity=\"")
      append(opacity)
      append("\" data-first=\"")
      append(8 + start)
      append("\" d=\"")
      for experiment in others[start..<end] { append(lineOf: experiment, layout: layout) }
      append("\"/>\n")
    }
    for (rank, experiment) in layout.drawn.prefix(8).enumerated().reversed() {
      append("<path")
      Palette.append(slot: rank == 0 ? 3 : 0, to: &self)
      append(" stroke=\"currentColor\" stroke-linejoin=\"round\"")
      append(
        rank == 0 ? " stroke-width=\"3\" data-first=\"" : " stroke-width=\"1.8\" data-first=\"")
      append(rank)
      append("\" d=\"")
      append(lineOf: experiment, layout: layout)
      append("\"/>\n")
    }
  }

  private mutating func append(lineOf experiment: Int, layout: ParallelLayout) {
    var pen = PathPen()
    for (place, axis) in layout.axes.enumerated() {
      let y = axis.positions[experiment]
      if place == 0 {
        pen.move(x: axis.x, y: y, in: &self)
      } else {
        pen.line(x: axis.x, y: y, in: &self)
      }
    }
  }

  /// Appends the axes with their names and labels, over the lines.
  mutating func appendAxes(of layout: ParallelLayout, id: String) {
    append("<path class=\"axis\" stroke=\"#818b98\" d=\"")
    for axis in layout.axes {
      append(UInt8(ascii: "M"))
      append(tenths: Self.crisp(axis.x))
      append(UInt8(ascii: " "))
      append(tenths: ParallelLayout.top)
      append(UInt8(ascii: "V"))
      append(tenths: ParallelLayout.bottom)
      for tick in axis.labels {
        append(UInt8(ascii: "M"))
        append(tenths: Self.crisp(axis.x) - 30)
        append(UInt8(ascii: " "))
        append(tenths: axis.scale.position(tick))
        append("h3")
      }
    }
    append("\"/>\n")
    // The same labels twice: a halo in the colour of the surface, and the text.
    append("<use class=\"halo\" stroke=\"#fff\" stroke-width=\"4\" stroke-linejoin=\"round\"")
    append(attribute: "href", text: "#" + id, suffix: "-labels")
    append("/>\n<g class=\"tick\" fill=\"#59636e\"><g font-size=\"11\" text-anchor=\"end\"")
    append(attribute: "id", text: id, suffix: "-labels")
    append(">")
    for (place, axis) in layout.axes.enumerated() {
      for tick in axis.labels {
        beginText(x: axis.x - ParallelLayout.labelGap, y: axis.scale.position(tick) + 38)
        append(">")
        if axis.categories.isEmpty {
          append(axisLabel: tick, as: axis.format)
        } else {
          append(label: axis.categories[Int(tick)], width: layout.labelWidth(of: place))
        }
        append("</text>")
      }
      if axis.hasMissing {
        beginText(x: axis.x - ParallelLayout.labelGap, y: ParallelLayout.missing + 38)
        append(">none</text>")
      }
    }
    append("</g></g>\n<g class=\"name\" fill=\"#1f2328\" text-anchor=\"middle\">")
    for (place, axis) in layout.axes.enumerated() {
      // Names stand on two lines in turn, so that each has the room of two axes.
      let isUpper = place % 2 == 1 && layout.axes.count > 5
      appendName(
        of: axis, y: isUpper ? 200 : 380, room: (layout.axes.count > 5 ? 2 : 1) * layout.gap)
    }
    append("</g>\n")
  }

  /// Appends the name of an axis over its middle, of a long one at the picture's edge beside it.
  private mutating func appendName(of axis: ParallelLayout.Axis, y: Int, room: Int) {
    let isMetric = axis.dependence == nil
    let letter = isMetric ? 78 : 72
    let half = LabelLayout.width(of: axis.values.name) * letter / 2
    let right = ChartFrame.width * 10
    var (x, room, anchor): (Int, Int, StaticString?) = (axis.x, room - 40, nil)
    if axis.x < min(half, room / 2) {
      (x, room, anchor) = (20, axis.x + room / 2 - 20, "start")
    } else if right - axis.x < min(half, room / 2) {
      (x, room, anchor) = (right - 20, right - 20 - axis.x + room / 2, "end")
    }
    beginText(x: x, y: y)
    if isMetric { append(" font-weight=\"600\"") }
    if let anchor {
      append(" text-anchor=\"")
      append(anchor)
      append("\"")
    }
    append(">")
    append(label: axis.values.name, width: max(6, room / letter))
    append("</text>")
  }
}

extension ByteBuffer {
  /// Appends what the chart says, in words.
  mutating func appendSummary(of layout: ParallelLayout, chart: ParallelCoordinates) {
    append(grouped: layout.ranked.count)
    append(layout.ranked.count == 1 ? " experiment" : " experiments")
    if layout.drawn.count < layout.ranked.count {
      append(", of which ")
      append(layout.drawn.count)
      append(" are drawn")
    }
    append(", fainter for worse ")
    append(text: chart.metric.name)
    append(". ")
    let params = layout.axes.dropLast()
    if layout.varyingCount > params.count {
      append(params.count)
      append(" of ")
      append(grouped: layout.varyingCount)
      append(" varying params; rank")
    } else {
      append("Rank")
    }
    append(" correlation with ")
    append(text: chart.metric.name)
    append(": ")
    for (place, axis) in params.reversed().enumerated() {
      if place > 0 { append(", ") }
      append(text: axis.values.name)
      append(UInt8(ascii: " "))
      append(cell: ((axis.dependence ?? 0) * 100).rounded() / 100)
    }
    append(".")
    if let best = layout.ranked.first {
      append(" Best: ")
      append(nameOf: chart.experiments[best])
      append(" with ")
      append(cellOf: chart.metric, at: best)
      append(".")
    }
    let missing = chart.experiments.count - layout.ranked.count
    if missing > 0 {
      append(UInt8(ascii: " "))
      append(grouped: missing)
      append(" without a finite ")
      append(text: chart.metric.name)
      append(".")
    }
  }

  /// Appends the 20 best experiments as a table.
  mutating func appendTable(of layout: ParallelLayout, chart: ParallelCoordinates) {
    let shown = layout.ranked.prefix(20)
    beginTable(shown: shown.count, of: layout.ranked.count)
    append("<th scope=\"col\">experiment</th>")
    for axis in layout.axes {
      append("<th scope=\"col\">")
      append(text: axis.values.name)
      append("</th>")
    }
    append("</tr></thead>\n<tbody>\n")
    for (rank, experiment) in shown.enumerated() {
      append(rank == 0 ? "<tr class=\"best\"><th scope=\"row\">" : "<tr><th scope=\"row\">")
      append(nameOf: chart.experiments[experiment])
      append("</th>")
      for axis in layout.axes {
        append("<td>")
        append(cellOf: axis.values, at: experiment)
        append("</td>")
      }
      append("</tr>\n")
    }
    append("</tbody>\n</table></div></details>\n")
  }
}
