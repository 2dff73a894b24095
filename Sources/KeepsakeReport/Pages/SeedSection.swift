internal import KeepsakeModel

/// Mean and spread over seeds: a chart with bands, and a table.
struct SeedSection {
  /// At most so many groups are listed.
  private static let rowLimit = 50

  private let overview: Overview
  private let options: ReportOptions

  init(_ context: SiteContext) {
    overview = context.overview
    options = context.options
  }

  /// The markup; empty where no runs differ in their seed alone.
  var markup: ByteBuffer {
    var buffer = ByteBuffer()
    guard let metric = overview.metric, let seeds = SeedGroups(overview) else { return buffer }
    buffer.append("<p class=\"quiet\">Runs that agree in all params but <code>")
    buffer.append(text: seeds.seed)
    buffer.append("</code>, at least three of each: mean ± standard deviation (n − 1).</p>\n")
    appendTable(seeds, metric, to: &buffer)
    appendChart(seeds, metric, to: &buffer)
    return buffer
  }

  private func appendTable(
    _ seeds: SeedGroups, _ metric: PrimaryMetric, to buffer: inout ByteBuffer
  ) {
    buffer.append(
      "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Mean and spread over seeds\">\n"
    )
    buffer.append("<table class=\"seed-table\">\n<thead><tr><th scope=\"col\">Group</th>")
    for name in seeds.varying {
      buffer.append("<th scope=\"col\"><span class=\"name\">")
      buffer.append(text: name)
      buffer.append("</span></th>")
    }
    buffer.append("<th scope=\"col\" class=\"number\"><span class=\"name\">")
    buffer.append(text: metric.name)
    buffer.append("</span></th><th scope=\"col\" class=\"number\">±</th>")
    buffer.append("<th scope=\"col\" class=\"number\">n</th><th scope=\"col\">Best run</th>")
    buffer.append("</tr></thead>\n<tbody>\n")
    for (index, group) in seeds.groups.prefix(Self.rowLimit).enumerated() {
      buffer.append(index == 0 ? "<tr class=\"best\"><th scope=\"row\">" : "<tr><th scope=\"row\">")
      buffer.append(index + 1)
      buffer.append("</th>")
      for name in seeds.varying { buffer.append(diffCell: group.params[name]) }
      buffer.append("<td class=\"number\" data-v=\"")
      buffer.append(exact: group.mean)
      buffer.append("\">")
      buffer.append(metric: group.mean)
      buffer.append("</td><td class=\"number\" data-v=\"")
      buffer.append(exact: group.deviation)
      buffer.append("\">")
      buffer.append(metric: group.deviation)
      buffer.append("</td><td class=\"number\">")
      buffer.append(grouped: group.positions.count)
      buffer.append("</td><td>")
      buffer.append(experiment: overview.experiments[group.positions[0]], root: "../")
      buffer.append("</td></tr>\n")
    }
    buffer.append("</tbody>\n</table>\n</div>\n")
    let hidden = seeds.groups.count - Self.rowLimit
    if hidden > 0 {
      buffer.append("<p class=\"quiet\">")
      buffer.append(hidden, noun: "more group is", plural: "more groups are")
      buffer.append(" not listed.</p>\n")
    }
  }

  private func appendChart(
    _ seeds: SeedGroups, _ metric: PrimaryMetric, to buffer: inout ByteBuffer
  ) {
    let series = seeds.groups.prefix(8).enumerated().compactMap { index, group in
      let runs = group.positions.compactMap { position -> ChartSeries? in
        let checkpoints = overview.experiments[position].experiment.checkpoints
        return checkpoints.column(metric.name).map {
          ChartSeries(label: "", column: $0, steps: checkpoints.steps)
        }
      }
      return ChartSeries(meanOf: runs, label: "group \(index + 1) (n = \(runs.count))")
    }
    guard !series.isEmpty else { return }
    buffer.append("<div class=\"charts\">\n")
    LineChart(
      id: "seeds-\(Slug(metric.name).text)", title: "\(metric.name), mean ± std over seeds",
      series: series, options: options.chart(of: metric.name)
    ).append(to: &buffer)
    buffer.append("</div>\n")
  }
}
