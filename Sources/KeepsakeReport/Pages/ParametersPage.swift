internal import KeepsakeModel

/// What the params have to do with the metric: parallel coordinates, then a scatter chart each.
struct ParametersPage {
  static let path = "params.html"

  /// More scatter charts than this say nothing.
  static let scatterLimit = 24

  private let context: SiteContext
  private let metric: PrimaryMetric
  private let parallel: ParallelCoordinates

  /// The values for read-outs.
  let data: SiteFile

  /// The scatter charts, the strongest connection first.
  private let scatters: [ScatterChart]

  /// How many params vary, and of how many of them too few experiments have a value.
  private let paramCount: (varying: Int, rare: Int)

  /// Only for a site with ``SiteContext/hasParameters``.
  init(_ context: SiteContext) {
    self.context = context
    let overview = context.overview
    let metric = overview.metric ?? .minimize("")
    self.metric = metric
    let chosen = overview.ranking.prefix(20_000).filter { overview.experiments[$0].score != nil }
    let experiments = chosen.map { position in
      let summary = overview.experiments[position]
      return ChartExperiment(
        label: summary.shortID, href: summary.hasPage ? ExperimentPage.path(summary) : nil)
    }
    let scores = ChartValues(
      name: metric.name, content: .numbers(chosen.map { overview.experiments[$0].score ?? .nan }))
    let telling = Self.params(of: overview)
    let params = telling.prefix(200).map { param in
      ChartValues(
        param, of: chosen.map { overview.experiments[$0].experiment.params[param.name] })
    }
    paramCount = (telling.count, overview.params.varying.count - telling.count)
    parallel = ParallelCoordinates(
      id: "parallel", title: "Params and \(metric.name)", experiments: experiments,
      params: Array(params), metric: scores, goal: metric.goal)
    scatters = Self.sortedByDependence(Array(params), on: scores).prefix(Self.scatterLimit).map {
      ScatterChart(
        id: "x-\(Slug($0.name).text)", title: "\(metric.name) by \($0.name)",
        experiments: experiments, param: $0, metric: scores, goal: metric.goal)
    }
    data = Self.data(of: parallel, scatters)
  }

  /// The params that can have to do with a metric: those that not only a few experiments have.
  static func params(of overview: Overview) -> [ParamSurvey.Varying] {
    overview.params.varying.filter { $0.count > 1 && overview.isCommon(count: $0.count) }
  }

  /// The page's content.
  var page: Page {
    var page = context.page(.parameters, root: "", heading: "Params")
    var charts = ByteBuffer(capacity: 60_000)
    parallel.append(to: &charts)
    for scatter in scatters { scatter.append(to: &charts) }
    page.set("chartsHTML", markup: charts)
    page.set("points", text: data.path)
    var intro = ByteBuffer()
    intro.append(parallel.experiments.count, noun: "experiment", plural: "experiments")
    intro.append(" with ")
    intro.append(text: metric.name)
    intro.append(" (")
    intro.append(metric.goal == .minimize ? "lower is better" : "higher is better")
    intro.append("), each at its best checkpoint; ")
    intro.append(paramCount.varying, noun: "param that varies", plural: "params that vary")
    intro.append(", the strongest connection first.")
    if paramCount.rare > 0 {
      intro.append(" ")
      intro.append(
        paramCount.rare, noun: "param that few experiments have is",
        plural: "params that few experiments have are")
      intro.append(" left out.")
    }
    page.set("introHTML", markup: intro)
    return page
  }

  /// The values for read-outs, as a script that sends itself as the event `keepsake-points`.
  ///
  /// Its `detail` is
  ///
  ///     {"experiments":[["label","page"]…],"metric":[…],"params":{"lr":[…]},"drawn":[…]}
  ///
  /// with values in the order of the experiments; `drawn` are the positions of those with a line in
  /// the parallel coordinates, best first.
  private static func data(
    of parallel: ParallelCoordinates, _ scatters: [ScatterChart]
  ) -> SiteFile {
    let layout = ParallelLayout(parallel)
    var buffer = ByteBuffer(capacity: 100 * parallel.experiments.count + 1000)
    buffer.append(
      "document.dispatchEvent(new CustomEvent(\"keepsake-points\",{detail:{\"experiments\":[")
    for (index, experiment) in parallel.experiments.enumerated() {
      buffer.append(index == 0 ? "[\"" : ",[\"")
      buffer.append(markup: experiment.label)
      buffer.append("\",\"")
      buffer.append(markup: experiment.href ?? "")
      buffer.append("\"]")
    }
    buffer.append("],\n\"metric\":")
    buffer.append(parallel.metric)
    buffer.append(",\n\"params\":{")
    let shown = Set(scatters.map(\.param.name) + layout.axes.dropLast().map(\.values.name))
    for (index, param) in parallel.params.filter({ shown.contains($0.name) }).enumerated() {
      buffer.append(index == 0 ? "\n" : ",\n")
      buffer.append(json: param.name)
      buffer.append(":")
      buffer.append(param)
    }
    buffer.append("},\n\"drawn\":[")
    for (index, position) in layout.drawn.enumerated() {
      if index > 0 { buffer.append(",") }
      buffer.append(position)
    }
    buffer.append("]}}));\n")
    return SiteFile(path: "data/params.\(buffer.bytes.digestPrefix(8)).js", bytes: buffer.bytes)
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

extension ChartValues {
  /// A param's values of some experiments.
  fileprivate init(_ param: ParamSurvey.Varying, of values: [JSONValue?]) {
    if param.isNumeric {
      self.init(name: param.name, content: .numbers(values.map { $0?.doubleValue ?? .nan }))
    } else {
      let texts = values.map { $0.map { $0.stringValue ?? $0.readableJSON } }
      self.init(name: param.name, content: .categories(texts))
    }
  }
}

extension ByteBuffer {
  /// Appends values as a JSON array; `null` for what has no place in a chart.
  fileprivate mutating func append(_ values: ChartValues) {
    append("[")
    for index in 0..<values.count {
      if index > 0 { append(",") }
      switch values.content {
      case .numbers(let numbers):
        if numbers[index].isFinite { append(exact: numbers[index]) } else { append("null") }
      case .categories(let texts):
        if let text = texts[index] { append(json: text) } else { append("null") }
      }
    }
    append("]")
  }
}
