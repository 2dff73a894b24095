internal import KeepsakeModel

/// What the params have to do with the metric: parallel coordinates, then a scatter chart each.
struct ParametersPage: Sendable {
  static let path = "params.html"

  /// More scatter charts than this say nothing.
  static let scatterLimit = 24

  let surroundings: Surroundings
  let metric: PrimaryMetric

  /// Those that have the metric, best first.
  let experiments: [Entry]

  /// What can have to do with the metric.
  let params: [ParamSurvey.Varying]

  /// How many params vary that too few experiments have a value of.
  let rareCount: Int

  /// An experiment.
  struct Entry: Sendable {
    var link: ExperimentLink
    var score: Double
    var params: NamedValues
  }

  /// Only for a site with ``SiteContext/hasParameters``.
  init(_ overview: Overview, _ surroundings: Surroundings) {
    self.surroundings = surroundings
    metric = overview.metric ?? .minimize("")
    experiments = overview.ranking.prefix(20_000).compactMap { position in
      let summary = overview.experiments[position]
      return summary.score.map {
        Entry(link: summary.link, score: $0, params: summary.experiment.params)
      }
    }
    params = Self.params(of: overview)
    rareCount = overview.params.varying.count - params.count
  }

  /// The params that can have to do with a metric: those that not only a few experiments have.
  static func params(of overview: Overview) -> [ParamSurvey.Varying] {
    overview.params.varying.filter { $0.count > 1 && overview.isCommon(count: $0.count) }
  }

  /// Where the values for read-outs are, on a page that is made from `input`.
  static func dataPath(_ input: ContentDigest) -> String { "data/params.\(input.hex.prefix(8)).js" }

  /// The page's content, and the values for its read-outs, which are at `dataPath`.
  func content(dataPath: String) -> (page: Page, data: [UInt8]) {
    let labels = experiments.map {
      ChartExperiment(
        label: $0.link.shortID, href: $0.link.hasPage ? $0.link.path : nil)
    }
    let scores = ChartValues(
      name: metric.name, content: .numbers(experiments.map(\.score)), isMetric: true)
    let values = params.prefix(200).map { param in
      ChartValues(param, of: experiments.map { $0.params[param.name] })
    }
    let parallel = ParallelCoordinates(
      id: "parallel", title: "Params and \(metric.name)", experiments: labels,
      params: values, metric: scores, goal: metric.goal)
    let scatters = Self.sortedByDependence(values, on: scores).prefix(Self.scatterLimit).map {
      ScatterChart(
        id: "x-\(Slug($0.name).text)", title: "\(metric.name) by \($0.name)",
        experiments: labels, param: $0, metric: scores, goal: metric.goal)
    }
    var page = surroundings.frame.page(
      .parameters, root: "", heading: "Params", scripts: [.readouts, .points])
    var charts = ByteBuffer(capacity: 60_000)
    parallel.append(to: &charts)
    for scatter in scatters { scatter.append(to: &charts) }
    page.set("chartsHTML", markup: charts)
    page.set("points", text: dataPath)
    page.set("introHTML", markup: introduction)
    return (page, Self.data(of: parallel, scatters))
  }

  private var introduction: ByteBuffer {
    var intro = ByteBuffer()
    intro.append(experiments.count, noun: "experiment", plural: "experiments")
    intro.append(" with ")
    intro.append(text: metric.name)
    intro.append(" (")
    intro.append(metric.goal == .minimize ? "lower is better" : "higher is better")
    intro.append("), each at its best checkpoint; ")
    intro.append(params.count, noun: "param that varies", plural: "params that vary")
    intro.append(", the strongest connection first.")
    if rareCount > 0 {
      intro.append(" ")
      intro.append(
        rareCount, noun: "param that few experiments have is",
        plural: "params that few experiments have are")
      intro.append(" left out.")
    }
    return intro
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
  ) -> [UInt8] {
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
    return buffer.bytes
  }

  private static func sortedByDependence(
    _ params: [ChartValues], on metric: ChartValues
  ) -> [ChartValues] {
    guard case .numbers(let numbers) = metric.content else { return params }
    return params.map { ($0, ($0.dependence(of: numbers) ?? 0).magnitude) }
      .sorted { $0.1 == $1.1 ? $0.0.name.naturallyPrecedes($1.0.name) : $0.1 > $1.1 }
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
