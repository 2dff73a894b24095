internal import KeepsakeModel

/// Mean and spread over seeds: a chart with bands, and a table.
struct SeedSection: Sendable {
  /// At most so many groups are listed.
  private static let rowLimit = 50

  /// At most so many groups are drawn.
  private static let curveLimit = 8

  private let overview: Overview
  private let options: ReportOptions
  private let seeds: SeedGroups?

  /// The means of the best groups over steps.
  private let curves: [ChartSeries]

  init(_ context: SiteContext, _ seeds: SeedGroups?) {
    overview = context.overview
    options = context.options
    self.seeds = seeds
    guard let seeds, let metric = context.overview.metric else {
      curves = []
      return
    }
    curves = seeds.groups.prefix(Self.curveLimit).enumerated().compactMap { index, group in
      let runs = group.positions.compactMap { position -> ChartSeries? in
        let experiment = context.overview.experiments[position].experiment
        return experiment.checkpoints.column(metric.name).map {
          ChartSeries(label: "", column: $0, of: experiment, over: context.options.xAxis)
        }
      }
      var mean = ChartSeries(
        meanOf: runs,
        label: Self.label(of: group, number: index + 1, varying: seeds.varying)
          + " (n = \(runs.count))",
        key: "seeds-\(index + 1)")
      mean?.shortLabel = "group \(index + 1)"
      return mean
    }
  }

  /// What tells a group from the others: `2: lr 0.1, optimizer adam`, without the count.
  static func label(of group: SeedGroups.Group, number: Int, varying: [String]) -> String {
    var text = ""
    for name in varying {
      guard let value = group.params[name] else { continue }
      var buffer = ByteBuffer()
      buffer.append(plainParam: value)
      let part =
        LabelLayout.shortened(name, to: 16) + " " + LabelLayout.shortened(buffer.text, to: 16)
      guard text.isEmpty || text.count + part.count <= 64 else {
        text += ", …"
        break
      }
      text += text.isEmpty ? part : ", " + part
    }
    return text.isEmpty ? "group \(number)" : "\(number): \(text)"
  }

  /// The means for read-outs, as the values of experiments (see ``ExperimentData``).
  var files: [SiteFile] {
    guard let metric = overview.metric else { return [] }
    return curves.map { curve in
      var buffer = ByteBuffer(capacity: 40 * curve.steps.count + 200)
      buffer.append("document.dispatchEvent(new CustomEvent(\"keepsake-values\",{detail:{\"id\":\"")
      buffer.append(markup: curve.key)
      buffer.append("\",\"name\":")
      buffer.append(json: curve.shortLabel)
      let isOverTime = options.xAxis == .time
      buffer.append(isOverTime ? ",\"times\":" : ",\"steps\":")
      buffer.append(jsonNumbers: isOverTime ? curve.steps.map { $0 * 1000 } : curve.steps)
      buffer.append(",\"metrics\":{")
      buffer.append(json: metric.name)
      buffer.append(":")
      buffer.append(jsonNumbers: curve.values)
      buffer.append("},\"spread\":")
      buffer.append(jsonNumbers: curve.band?.deviations ?? [])
      buffer.append("}}));\n")
      return SiteFile(path: "data/e/\(curve.key).js", bytes: buffer.bytes)
    }
  }

  /// The markup; empty where no runs differ in their seed alone.
  var markup: ByteBuffer {
    var buffer = ByteBuffer()
    guard let metric = overview.metric, let seeds else { return buffer }
    buffer.append("<p class=\"quiet\">Runs that agree in all params but <code>")
    buffer.append(text: seeds.seed)
    buffer.append("</code>, at least three of each: mean ± standard deviation (n − 1), in the ")
    buffer.append("table of each run’s best value, in the chart of all runs at a step.</p>\n")
    appendTable(seeds, metric, to: &buffer)
    appendChart(metric, to: &buffer)
    return buffer
  }

  private func appendTable(
    _ seeds: SeedGroups, _ metric: PrimaryMetric, to buffer: inout ByteBuffer
  ) {
    buffer.append("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"")
    buffer.append(" aria-label=\"Mean and spread over seeds\">\n")
    buffer.append("<table class=\"seed-table\">\n<thead><tr><th scope=\"col\">Group</th>")
    let params = ParamSurvey(seeds.groups.map(\.params)).varying
    for param in params {
      buffer.append(param.isNumeric ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">")
      buffer.append(columnName: param.name)
      buffer.append("</th>")
    }
    buffer.append("<th scope=\"col\" class=\"number\">")
    buffer.append(columnName: metric.name)
    buffer.append("</th><th scope=\"col\" class=\"number\">±</th>")
    buffer.append("<th scope=\"col\" class=\"number\">n</th><th scope=\"col\">Best run</th>")
    buffer.append("</tr></thead>\n<tbody>\n")
    for (index, group) in seeds.groups.prefix(Self.rowLimit).enumerated() {
      buffer.append(index == 0 ? "<tr class=\"best\"><th scope=\"row\">" : "<tr><th scope=\"row\">")
      buffer.append(index + 1)
      buffer.append("</th>")
      for param in params { buffer.append(diffCell: group.params[param.name]) }
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

  /// Which groups are drawn, where not all are.
  private var selection: String? {
    guard let count = seeds?.groups.count, curves.count < count else { return nil }
    let shown = min(count, Self.curveLimit)
    var text = shown < count ? "the best \(shown) of \(count) groups" : "of \(count) groups"
    if curves.count < shown {
      text += ", without \(shown - curves.count) whose runs have no step in common"
    }
    return text
  }

  private func appendChart(_ metric: PrimaryMetric, to buffer: inout ByteBuffer) {
    guard !curves.isEmpty else { return }
    buffer.append("<div class=\"charts\">\n")
    LineChart(
      id: "seeds-\(Slug(metric.name).text)", title: "\(metric.name), mean ± std over seeds",
      key: metric.name, series: curves,
      selection: selection, options: options.chart(of: metric.name)
    ).append(to: &buffer)
    buffer.append("</div>\n")
  }
}
