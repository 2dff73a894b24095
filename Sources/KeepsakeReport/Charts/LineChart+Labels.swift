extension ByteBuffer {
  /// Appends the names of the lines at their right ends.
  mutating func appendDirectLabels(of layout: LineChartLayout) {
    let named = layout.named.filter { layout.curves[$0].last != nil }
    let desired = named.map { index in
      let curve = layout.curves[index]
      return layout.yScale.position(curve.drawn[curve.last ?? 0])
    }
    let frame = layout.frame
    let positions = LabelLayout.relaxed(
      desired, spacing: 140, in: frame.top + 40...frame.bottom - 40)
    append("<g class=\"name\" fill=\"#1f2328\">")
    for (index, y) in zip(named, positions) {
      let curve = layout.curves[index]
      appendSample(of: curve, x: frame.right + 80, y: y, layout: layout)
      beginText(x: frame.right + 280, y: y + 40)
      append(">")
      append(text: curve.series.label)
      append("</text>")
    }
    append("</g>\n")
  }

  /// Appends a short line with its end-point shape, as it is in the chart.
  private mutating func appendSample(of curve: Curve, x: Int, y: Int, layout: LineChartLayout) {
    guard let slot = curve.slot else { return }
    append("<g")
    Palette.append(slot: slot, to: &self)
    append("><path stroke=\"currentColor\" stroke-width=\"1.8\"")
    if layout.isCalm(curve) { Palette.appendDash(of: slot, to: &self) }
    append(" d=\"M")
    append(tenths: x)
    append(UInt8(ascii: " "))
    append(tenths: y)
    append("h16\"/><path fill=\"currentColor\" d=\"")
    Palette.appendShape(of: slot, x: x + 120, y: y, to: &self)
    append("\"/></g>")
  }

  /// Appends a list of the lines' names, for names that are too long beside the lines.
  mutating func appendLegend(of layout: LineChartLayout) {
    append("<ul class=\"legend\">\n")
    for index in layout.named {
      let curve = layout.curves[index]
      append("<li><svg width=\"20\" height=\"12\" viewBox=\"0 0 20 12\" aria-hidden=\"true\"")
      append(" fill=\"none\">")
      appendSample(of: curve, x: 20, y: 60, layout: layout)
      append("</svg> ")
      appendName(of: curve.series)
      append("</li>\n")
    }
    append("</ul>\n")
  }

  /// Appends the name of a series, as a link where it has a page.
  mutating func appendName(of series: ChartSeries) {
    guard let href = series.href else { return append(text: series.label) }
    append("<a")
    append(attribute: "href", text: href)
    append(">")
    append(text: series.label)
    append("</a>")
  }
}
