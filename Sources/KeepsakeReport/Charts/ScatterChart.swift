package import KeepsakeModel

/// A metric against a param: a point for each experiment, and histograms at the edges.
///
/// Conventions as for ``LineChart``; `data-metric` is the param's name. The points are in the order of
/// the experiments, without those that lack a value or are beyond the axis.
package struct ScatterChart: Sendable {
  /// Unique on the page; prefix of all other ids of the figure.
  package var id: String

  /// The caption.
  package var title: String

  /// The experiments: what readers call them, and where their pages are.
  package var experiments: [ChartExperiment]

  /// The param, along the bottom.
  package var param: ChartValues

  /// The metric, along the side.
  package var metric: ChartValues

  /// Which values of the metric are good; `nil` when unknown.
  package var goal: PrimaryMetric.Goal?

  /// Describes a chart; `param` and `metric` have a value for each of `experiments`.
  package init(
    id: String, title: String, experiments: [ChartExperiment], param: ChartValues,
    metric: ChartValues, goal: PrimaryMetric.Goal? = nil
  ) {
    precondition(param.count == experiments.count && metric.count == experiments.count)
    self.id = id
    self.title = title
    self.experiments = experiments
    self.param = param
    self.metric = metric
    self.goal = goal
  }

  /// Appends a `figure` element.
  package func append(to buffer: inout ByteBuffer) {
    let layout = ScatterLayout(self)
    buffer.beginFigure(kind: "scatter-chart", id: id, title: title, key: param.name)
    if layout.points.isEmpty, layout.unplaced.isEmpty {
      buffer.append("<p class=\"chart-summary\">No experiment has both values.</p>\n</figure>\n")
      return
    }
    buffer.beginPicture(id: id)
    buffer.append(" data-y=\"")
    buffer.append(layout.yScale.domain)
    buffer.append("\">\n")
    buffer.appendGrid(
      at: layout.yTicks, format: layout.yFormat, scale: layout.yScale, frame: layout.frame)
    if layout.categories.isEmpty {
      buffer.appendBottomAxis(
        at: layout.xTicks, format: layout.xFormat, name: param.name, scale: layout.xScale,
        frame: layout.frame)
    } else {
      buffer.appendCategoryAxis(of: layout, name: param.name)
    }
    buffer.appendLogNote(of: layout)
    buffer.appendHistograms(of: layout)
    buffer.appendPoints(of: layout)
    buffer.appendBest(of: layout, chart: self)
    buffer.endPicture()
    var summary = ByteBuffer()
    summary.appendSummary(of: layout, chart: self)
    buffer.append(summary: summary, id: id)
    buffer.appendTable(of: layout, chart: self)
    buffer.append("</figure>\n")
  }
}

/// An experiment as the charts of many experiments name it.
package struct ChartExperiment: Sendable, Hashable {
  /// What readers call it.
  package var label: String

  /// Its page.
  package var href: String?

  /// Names an experiment.
  package init(label: String, href: String? = nil) {
    self.label = label
    self.href = href
  }
}
