internal import KeepsakeModel

/// What the params have to do with the metric: parallel coordinates, then a scatter chart each.
struct ParametersPage {
  static let path = "params.html"

  /// More scatter charts than this say nothing.
  static let scatterLimit = 24

  let context: SiteContext

  /// The page's content.
  var page: Page {
    var page = context.page(.parameters, root: "", heading: "Params")
    let overview = context.overview
    guard let metric = overview.metric else { return page }
    let chosen = overview.ranking.prefix(20_000).filter { overview.experiments[$0].score != nil }
    let experiments = chosen.map { position in
      let summary = overview.experiments[position]
      return ChartExperiment(
        label: summary.shortID, href: summary.hasPage ? ExperimentPage.path(summary) : nil)
    }
    let scores = ChartValues(
      name: metric.name, content: .numbers(chosen.map { overview.experiments[$0].score ?? .nan }))
    let params = overview.params.varying.filter { $0.count > 1 }.prefix(200).map { param in
      values(of: param, at: chosen)
    }
    var charts = ByteBuffer(capacity: 60_000)
    ParallelCoordinates(
      id: "parallel", title: "Params and \(metric.name)", experiments: experiments,
      params: Array(params), metric: scores, goal: metric.goal
    ).append(to: &charts)
    let sorted = Self.sortedByDependence(Array(params), on: scores)
    for param in sorted.prefix(Self.scatterLimit) {
      ScatterChart(
        id: "x-\(Slug(param.name).text)", title: "\(metric.name) by \(param.name)",
        experiments: experiments, param: param, metric: scores, goal: metric.goal
      ).append(to: &charts)
    }
    page.set("chartsHTML", markup: charts)
    var intro = ByteBuffer()
    intro.append(chosen.count, noun: "experiment", plural: "experiments")
    intro.append(" with ")
    intro.append(text: metric.name)
    intro.append(" (")
    intro.append(metric.goal == .minimize ? "lower is better" : "higher is better")
    intro.append("), each at its best checkpoint; ")
    intro.append(params.count, noun: "param that varies", plural: "params that vary")
    intro.append(", the strongest connection first.")
    page.set("introHTML", markup: intro)
    return page
  }

  private func values(of param: ParamSurvey.Varying, at positions: [Int]) -> ChartValues {
    let values = positions.map { context.overview.experiments[$0].experiment.params[param.name] }
    if param.isNumeric {
      return ChartValues(
        name: param.name, content: .numbers(values.map { $0?.doubleValue ?? .nan }))
    }
    let texts = values.map { value -> String? in
      switch value {
      case nil: nil
      case .string(let text)?: text
      case let value?:
        {
          var buffer = ByteBuffer()
          buffer.append(json: value)
          return buffer.text
        }()
      }
    }
    return ChartValues(name: param.name, content: .categories(texts))
  }

  private static func sortedByDependence(
    _ params: [ChartValues], on metric: ChartValues
  ) -> [ChartValues] {
    guard case .numbers(let numbers) = metric.content else { return params }
    return params.map { ($0, ($0.dependence(of: numbers) ?? 0).magnitude) }
      .sorted { $0.1 == $1.1 ? $0.0.name.utf8Precedes($1.0.name) : $0.1 > $1.1 }
      .map(\.0)
  }
}
