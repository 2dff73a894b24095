/// A line of 96 × 20 units without axes, for a cell of a table.
///
/// Hidden from screen readers: the number stands in the next cell.
package struct Sparkline: Sendable {
  /// The values, as in a ``LineChart``.
  package var series: ChartSeries

  /// Describes a sparkline.
  package init(_ series: ChartSeries) { self.series = series }

  /// Appends an `svg` element; nothing when there is no finite value.
  package func append(to buffer: inout ByteBuffer) {
    var series = series
    if series.steps.count > 1, let range = series.stepRange, range.lowerBound == range.upperBound {
      series = series.numbered()
    }
    let curve = Curve(series, goal: nil, slot: 0)
    guard let last = curve.last, let range = series.stepRange else { return }
    var values: [Double] = []
    values.reserveCapacity(series.values.count)
    for run in curve.runs { values.append(contentsOf: series.values[run]) }
    let bulk = ValueDomain.bulk(of: values)
    let steps =
      range.lowerBound < range.upperBound ? range : range.lowerBound - 1...range.upperBound + 1
    let xScale = AxisScale(domain: steps, start: 20, end: 930)
    let yScale = AxisScale(domain: bulk, start: 175, end: 25)

    buffer.append("<svg class=\"spark\" width=\"96\" height=\"20\" viewBox=\"0 0 96 20\"")
    buffer.append(" aria-hidden=\"true\" fill=\"none\"><g class=\"s1\" color=\"#0e33cc\"")
    buffer.append(" stroke=\"currentColor\" stroke-linejoin=\"round\" stroke-linecap=\"round\">")
    buffer.append("<path d=\"")
    var pen = PathPen()
    var indices: [Int] = []
    for run in curve.runs {
      indices.removeAll(keepingCapacity: true)
      if values.count <= 32 {
        indices.append(contentsOf: run)
      } else {
        Downsampling.appendIndices(
          of: series.values, at: series.steps, in: run, domain: steps, columns: 15, keeping: nil,
          fidelity: .normal, to: &indices)
      }
      for (position, index) in indices.enumerated() {
        let x = xScale.position(series.steps[index])
        let y = yScale.position(series.values[index])
        if position == 0 {
          pen.move(x: x, y: y, in: &buffer)
        } else {
          pen.line(x: x, y: y, in: &buffer)
        }
      }
      pen.end(in: &buffer)
    }
    buffer.append("\"/><path stroke-width=\"4\" d=\"")
    pen.move(
      x: xScale.position(series.steps[last]), y: yScale.position(series.values[last]), in: &buffer)
    pen.end(in: &buffer)
    buffer.append("\"/></g></svg>")
  }
}
