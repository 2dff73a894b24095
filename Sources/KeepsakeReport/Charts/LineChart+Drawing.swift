extension ByteBuffer {
  /// Appends what scripts need to find values under a pointer.
  mutating func appendDataAttributes(of layout: LineChartLayout) {
    let frame = layout.frame
    append(" data-plot=\"")
    append(tenths: frame.left)
    append(UInt8(ascii: " "))
    append(tenths: frame.top)
    append(UInt8(ascii: " "))
    append(tenths: frame.right - frame.left)
    append(UInt8(ascii: " "))
    append(tenths: frame.bottom - frame.top)
    append("\"")
    append(" data-x=\"")
    append(layout.xScale.domain)
    append("\" data-y=\"")
    append(layout.yScale.domain)
    append("\"")
    if layout.yScale.isLogarithmic { append(" data-log=\"\"") }
    if case .time(let unit) = layout.axis {
      append(" data-unit=\"")
      append(markup: unit.rawValue)
      append("\" data-seconds=\"")
      append(Int(unit.length))
      append("\"")
    }
  }

  mutating func append(_ domain: ClosedRange<Double>) {
    append(exact: domain.lowerBound)
    append(UInt8(ascii: " "))
    append(exact: domain.upperBound)
  }

  /// Appends how the lines differ from the plain values.
  mutating func appendNote(of layout: LineChartLayout) {
    guard layout.smoothing != nil || layout.yScale.isLogarithmic else { return }
    beginText(x: layout.frame.left, y: layout.frame.bottom + 350)
    append(" class=\"note\" fill=\"#59636e\">")
    if layout.yScale.isLogarithmic { append("log scale") }
    if layout.smoothing != nil {
      append(layout.showsRaw ? "<tspan class=\"sm\">" : "<tspan>")
      if layout.yScale.isLogarithmic { append(" · ") }
    }
    switch layout.smoothing {
    case .timeWeighted(let amount):
      append("smoothed ")
      append(cell: amount)
    case .tensorBoard(let amount):
      append("smoothed ")
      append(cell: amount)
      append(" as in TensorBoard")
    case nil: break
    }
    if layout.showsRaw { append("<tspan class=\"raw\">, measured values faint</tspan>") }
    append(layout.smoothing == nil ? "</text>\n" : "</tspan></text>\n")
  }

  /// Appends bands and lines, the coloured ones on top.
  mutating func appendCurves(of layout: LineChartLayout) {
    if layout.domain.isClipped { appendClipPath(of: layout) }
    if let crowd = layout.crowd {
      append("<g class=\"other\" color=\"#a7b0ba\"><path class=\"band\" fill=\"currentColor\"")
      appendClip(of: layout)
      append(" fill-opacity=\".35\" d=\"")
      appendArea(steps: crowd.steps, low: crowd.low, high: crowd.high, layout: layout)
      append("\"/></g>\n")
    } else if layout.curves.contains(where: { $0.slot == nil }) {
      append("<g class=\"other\" color=\"#a7b0ba\" stroke=\"currentColor\"")
      append(" stroke-linejoin=\"round\" stroke-linecap=\"round\"><path")
      appendClip(of: layout)
      append(" d=\"")
      for curve in layout.curves where curve.slot == nil {
        appendPath(of: curve.drawn, in: curve.runs, of: curve, keeping: nil, layout: layout)
      }
      append("\"/></g>\n")
    }
    // The first series is the one that matters most, so it comes last, on top.
    for index in layout.named.reversed() { append(curve: layout.curves[index], layout: layout) }
  }

  /// Appends the area that lines may cover, which ends at an edge only where values are beyond it, so
  /// that a line along another is whole.
  private mutating func appendClipPath(of layout: LineChartLayout) {
    let (frame, margin) = (layout.frame, 30)
    let top = frame.top - (layout.domain.clipsHigh ? 0 : margin)
    let bottom = frame.bottom + (layout.domain.clipsLow ? 0 : margin)
    append("<clipPath")
    append(attribute: "id", text: layout.id, suffix: "-plot")
    append("><rect")
    append(attribute: "x", tenths: frame.left - margin)
    append(attribute: "y", tenths: top)
    append(attribute: "width", tenths: frame.right - frame.left + 2 * margin)
    append(attribute: "height", tenths: bottom - top)
    append("/></clipPath>\n")
  }

  private mutating func appendClip(of layout: LineChartLayout) {
    guard layout.domain.isClipped else { return }
    append(attribute: "clip-path", text: "url(#" + layout.id, suffix: "-plot)")
  }

  private mutating func append(curve: Curve, layout: LineChartLayout) {
    guard let slot = curve.slot else { return }
    append("<g")
    Palette.append(slot: slot, to: &self)
    append(" stroke=\"currentColor\" stroke-linejoin=\"round\" stroke-linecap=\"round\"")
    if !curve.series.key.isEmpty { append(attribute: "data-series", text: curve.series.key) }
    append(">")
    if curve.series.band != nil { append(bandOf: curve, layout: layout) }
    if layout.showsRaw {
      append("<path class=\"raw\" stroke-opacity=\".3\"")
      appendClip(of: layout)
      append(" d=\"")
      appendPath(
        of: curve.series.values, in: curve.runs, of: curve, keeping: curve.best, layout: layout
      )
      append("\"/>")
    }
    let (current, replaced) = curve.parted
    for (runs, isCurrent) in [(replaced, false), (current, true)] where isCurrent || !runs.isEmpty {
      append(layout.smoothing == nil ? "<path class=\"line\"" : "<path class=\"line sm\"")
      append(" stroke-width=\"1.8\"")
      if !isCurrent { append(" stroke-opacity=\".5\"") }
      if layout.curves.count > 1, layout.isCalm(curve) { Palette.appendDash(of: slot, to: &self) }
      appendClip(of: layout)
      append(" d=\"")
      appendPath(
        of: curve.drawn, in: runs, of: curve, keeping: curve.best, layout: layout,
        withLonePoints: false)
      append("\"/>")
    }
    appendLonePoints(of: curve, layout: layout)
    if layout.curves.count > 1, let last = curve.last {
      let (x, y) = layout.point(curve.series.steps[last], curve.drawn[last])
      append("<path class=\"end\" fill=\"currentColor\" stroke=\"none\" d=\"")
      Palette.appendShape(of: slot, x: x, y: y, to: &self)
      append("\"/>")
    }
    append("</g>\n")
  }

  private mutating func appendPath(
    of values: [Double], in runs: [Range<Int>], of curve: Curve, keeping kept: Int?,
    layout: LineChartLayout, withLonePoints: Bool = true
  ) {
    let steps = curve.series.steps
    var pen = PathPen()
    if values.count <= 2 * layout.columns {
      reserve(values.count * 12)
      for run in runs where withLonePoints || run.count > 1 {
        for index in run {
          let (x, y) = layout.corner(steps[index], values[index])
          if index == run.lowerBound {
            pen.move(x: x, y: y, in: &self)
          } else {
            pen.line(x: x, y: y, in: &self)
          }
        }
        pen.end(in: &self)
      }
      return
    }
    var indices: [Int] = []
    indices.reserveCapacity(4 * layout.columns)
    for run in runs where withLonePoints || run.count > 1 {
      indices.removeAll(keepingCapacity: true)
      Downsampling.appendIndices(
        of: values, at: steps, in: run, domain: layout.xScale.domain, columns: layout.columns,
        keeping: kept, fidelity: layout.fidelity, to: &indices)
      reserve(indices.count * 12)
      var isFirst = true
      for index in indices {
        let (x, y) = layout.corner(steps[index], values[index])
        if isFirst {
          pen.move(x: x, y: y, in: &self)
          isFirst = false
        } else {
          pen.line(x: x, y: y, in: &self)
        }
      }
      pen.end(in: &self)
    }
  }

  /// Appends dots for values without neighbours, which a thin line's caps would hide.
  private mutating func appendLonePoints(of curve: Curve, layout: LineChartLayout) {
    let lone = curve.runs.filter { $0.count == 1 }.map(\.lowerBound)
    if lone.isEmpty { return }
    append("<path class=\"line\" stroke-width=\"4\" d=\"")
    var last: (x: Int, y: Int)?
    for index in lone {
      let (x, y) = layout.point(curve.series.steps[index], curve.drawn[index])
      // One dot covers those that are closer than a pixel.
      if let last, (x - last.x).magnitude < 10, (y - last.y).magnitude < 10 { continue }
      last = (x, y)
      var pen = PathPen()
      pen.move(x: x, y: y, in: &self)
      pen.end(in: &self)
    }
    append("\"/>")
  }

  private mutating func append(bandOf curve: Curve, layout: LineChartLayout) {
    guard let band = curve.series.band else { return }
    append("<path class=\"band\" fill=\"currentColor\" fill-opacity=\".15\" stroke=\"none\"")
    appendClip(of: layout)
    append(" d=\"")
    for run in curve.runs where run.count > 1 {
      let values = curve.drawn[run]
      let deviations = band.deviations[run]
      appendArea(
        steps: Array(curve.series.steps[run]), low: zip(values, deviations).map { $0 - $1 },
        high: zip(values, deviations).map { $0 + $1 }, layout: layout)
    }
    append("\"/>")
  }

  /// Appends a closed path along `high` and back along `low`, with one point of each per column.
  private mutating func appendArea(
    steps: [Double], low: [Double], high: [Double], layout: LineChartLayout
  ) {
    var columns: [(step: Double, low: Double, high: Double)] = []
    var lastColumn = Int.min
    for index in steps.indices {
      let column = layout.xScale.position(steps[index]) / 10
      if column == lastColumn, columns.count > 1, index + 1 < steps.count {
        let last = columns.count - 1
        columns[last].low = min(columns[last].low, low[index])
        columns[last].high = max(columns[last].high, high[index])
      } else {
        columns.append((steps[index], low[index], high[index]))
        lastColumn = column
      }
    }
    var pen = PathPen()
    for (index, column) in columns.enumerated() {
      let (x, y) = layout.corner(column.step, column.high)
      if index == 0 { pen.move(x: x, y: y, in: &self) } else { pen.line(x: x, y: y, in: &self) }
    }
    for column in columns.reversed() {
      let (x, y) = layout.corner(column.step, column.low)
      pen.line(x: x, y: y, in: &self)
    }
    append("z")
  }
}
