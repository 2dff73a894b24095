internal import KeepsakeModel

/// A comparison of several experiments: what differs, and their metrics in common charts.
struct ComparePage {
  /// More charts than this would make the page slow.
  static let chartLimit = 24

  let context: SiteContext
  let set: ComparisonSet
  /// What the experiments saved at their start.
  let files: ComparedFiles
  /// Mean and spread of all experiments over seeds; `nil` where it stands on another page.
  let seeds: SeedSection?

  /// The page's content.
  var page: Page {
    var page = context.page(
      .compare, root: "../", heading: set.heading, scripts: [.readouts])
    page.set("heading", text: set.heading)
    page.set("introHTML", markup: intro)
    let others = sets
    page.set("hasSets", others.count > 0)
    page.set("setsHTML", markup: others)
    let comparison = Comparison(context, set.positions, root: "../", files: files)
    var table = ByteBuffer()
    let sameCount = comparison.appendTable(to: &table)
    page.set("tableHTML", markup: table)
    page.set("hasSame", sameCount > 0)
    var same = ByteBuffer()
    same.append(sameCount, noun: "row that is", plural: "rows that are")
    page.set("sameRows", markup: same)
    var diffs = ByteBuffer()
    files.appendDiffs(to: &diffs)
    page.set("hasFileDiffs", diffs.count > 0)
    page.set("fileDiffsHTML", markup: diffs)
    let overSeeds = seeds?.markup ?? ByteBuffer()
    page.set("hasSeeds", overSeeds.count > 0)
    page.set("seedsHTML", markup: overSeeds)
    var charts = ByteBuffer(capacity: 60_000)
    let metrics = comparison.metrics
    let charted = MetricOrder.first(
      Self.chartLimit, of: metrics, primary: context.overview.metric?.name)
    for name in charted {
      comparison.chart(of: name, id: "c-\(Slug(name).text)").append(to: &charts)
    }
    if metrics.count > charted.count {
      charts.append("<p class=\"quiet\">")
      charts.append(charted.count)
      charts.append(" of ")
      charts.append(grouped: metrics.count)
      charts.append(" metrics have a chart here; the others are in the tables above. ")
      charts.append(MetricCharts.advice)
      charts.append("</p>\n")
    }
    page.set("hasCharts", charts.count > 0)
    page.set("chartsHTML", markup: charts)
    return page
  }

  /// Links to all comparisons, where there are several.
  private var sets: ByteBuffer {
    var buffer = ByteBuffer()
    guard context.comparisons.count > 1 else { return buffer }
    for other in context.comparisons {
      buffer.append("<a href=\"../")
      buffer.append(markup: other.path)
      buffer.append(other.path == set.path ? "\" aria-current=\"page\">" : "\">")
      buffer.append(name: other.heading)
      buffer.append("</a>\n")
    }
    return buffer
  }

  private var intro: ByteBuffer {
    var buffer = ByteBuffer()
    buffer.append(set.positions.count, noun: "experiment", plural: "experiments")
    if set.isBest, let metric = context.overview.metric {
      buffer.append(", ordered by ")
      buffer.append(text: metric.name)
      buffer.append(metric.goal == .minimize ? " (lower is better)" : " (higher is better)")
    }
    buffer.append(
      context.overview.metric == nil
        ? ". Each is shown at its latest" : ". Each is shown at its best")
    buffer.append(" checkpoint.")
    return buffer
  }
}
