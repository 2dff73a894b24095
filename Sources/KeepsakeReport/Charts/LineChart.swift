package import KeepsakeModel

/// A metric over training steps: a picture, a summary in words and a table.
///
/// A pure function of its properties. The picture is 640 × 280 units; colours and classes are those
/// of ``Palette``. For scripts the `svg` has `data-plot` (left, top, width and height of the area
/// of the data), `data-x` and `data-y` (the values at its ends) and `data-log` where the y axis is
/// logarithmic, and `data-unit` and `data-seconds`, its length, where the x axis is one of time; each
/// series is a `g` with `data-series`, the ``ChartSeries/key``.
package struct LineChart: Sendable {
  /// Unique on the page; prefix of all other ids of the figure.
  package var id: String

  /// The caption: the metric's name.
  package var title: String

  /// The name that scripts find the values by: `data-metric`.
  package var key: String

  /// The lines, in the order of their colours.
  package var series: [ChartSeries]

  /// Which part of all these series are, such as "the best 8 of 60 experiments"; `nil` where they are
  /// all.
  package var selection: String?

  /// Which values are good; `nil` when unknown, as for a metric that is not the primary one.
  package var goal: PrimaryMetric.Goal?

  /// Whether the best value is marked; needs ``goal``.
  package var showsBest: Bool

  /// How lines and axes are drawn.
  package var options: ChartOptions

  /// Where the values can be downloaded.
  package var csvHref: String?

  /// Describes a chart.
  package init(
    id: String, title: String, key: String? = nil, series: [ChartSeries],
    selection: String? = nil, goal: PrimaryMetric.Goal? = nil,
    showsBest: Bool = false, options: ChartOptions = ChartOptions(), csvHref: String? = nil
  ) {
    self.id = id
    self.title = title
    self.key = key ?? title
    self.series = series
    self.selection = selection
    self.goal = goal
    self.showsBest = showsBest
    self.options = options
    self.csvHref = csvHref
  }

  /// Appends a `figure` element.
  package func append(to buffer: inout ByteBuffer) {
    let layout = LineChartLayout(self)
    buffer.beginFigure(kind: "line-chart", id: id, title: title, key: key)
    if layout.curves.allSatisfy({ $0.series.values.isEmpty }) {
      buffer.append("<p class=\"chart-summary\">No values were recorded")
      buffer.append(options.xAxis == .time ? " at a known time" : "")
      buffer.append(".</p>\n</figure>\n")
      return
    }
    if layout.labels == .legend { buffer.appendLegend(of: layout) }
    buffer.beginPicture(id: id)
    buffer.appendDataAttributes(of: layout)
    buffer.append(">\n")
    buffer.appendGrid(
      at: layout.yTicks, format: layout.yFormat, scale: layout.yScale, frame: layout.frame)
    buffer.appendBottomAxis(
      at: layout.xTicks, format: layout.xFormat, name: layout.axis.title, scale: layout.xScale,
      frame: layout.frame)
    buffer.appendNote(of: layout)
    buffer.appendCurves(of: layout)
    buffer.appendMarks(of: layout)
    if layout.labels == .direct { buffer.appendDirectLabels(of: layout) }
    buffer.appendBest(of: layout)
    buffer.endPicture()
    buffer.append(summary: LineChartSummary(layout).buffer, id: id)
    buffer.appendTable(of: layout, csvHref: csvHref)
    buffer.append("</figure>\n")
  }
}
