package import KeepsakeModel

/// Params and a metric of many experiments: an axis for each, a line for each experiment.
///
/// Shows the seven varying params on which the ranks of the metric depend most, the strongest next
/// to the metric, whose axis is the last. Conventions as for ``LineChart``. For scripts each path
/// has `data-first`, the rank of its first line among those that are drawn.
package struct ParallelCoordinates: Sendable {
  /// Unique on the page; prefix of all other ids of the figure.
  package var id: String

  /// The caption.
  package var title: String

  /// The experiments: what readers call them, and where their pages are.
  package var experiments: [ChartExperiment]

  /// The params; those that do not vary are left out.
  package var params: [ChartValues]

  /// The metric, as numbers.
  package var metric: ChartValues

  /// Which values of the metric are good.
  package var goal: PrimaryMetric.Goal

  /// Describes a chart; `metric` and each of `params` have a value for each of `experiments`.
  package init(
    id: String, title: String, experiments: [ChartExperiment], params: [ChartValues],
    metric: ChartValues, goal: PrimaryMetric.Goal
  ) {
    precondition(([metric] + params).allSatisfy { $0.count == experiments.count })
    self.id = id
    self.title = title
    self.experiments = experiments
    self.params = params
    self.metric = metric
    self.goal = goal
  }

  /// Appends a `figure` element.
  package func append(to buffer: inout ByteBuffer) {
    let layout = ParallelLayout(self)
    buffer.beginFigure(kind: "parallel-chart", id: id, title: title)
    if layout.ranked.isEmpty || layout.axes.count < 2 {
      buffer.append("<p class=\"chart-summary\">No param varies among experiments with ")
      buffer.append("this metric.</p>\n</figure>\n")
      return
    }
    buffer.beginPicture(id: id, height: ParallelLayout.height)
    buffer.append(">\n")
    buffer.appendLines(of: layout)
    buffer.appendAxes(of: layout, id: id)
    buffer.endPicture()
    var summary = ByteBuffer()
    summary.appendSummary(of: layout, chart: self)
    buffer.append(summary: summary, id: id)
    buffer.appendTable(of: layout, chart: self)
    buffer.append("</figure>\n")
  }
}
