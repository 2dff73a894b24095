import FoundationEssentials
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Figures` {
  private static let golden = Golden()

  /// Values without a formula that a math library could round differently.
  private static func series(
    _ label: String, count: Int = 60, offset: Double = 0, key: String = ""
  ) -> ChartSeries {
    ChartSeries(
      label: label, key: key, steps: (0..<count).map { Double($0 * 100) },
      values: (0..<count).map { index in
        2 / (1 + Double(index) / 5) + offset + Double(index * 37 % 11) / 200
      })
  }

  private static var broken: ChartSeries {
    var values = series("x").values
    values[1] = .infinity
    values[3] = -.infinity
    values[20] = .nan
    for index in 50..<60 { values[index] = .nan }
    values[10] = 4000
    return ChartSeries(label: "x", steps: series("x").steps, values: values)
  }

  private static let experiments = (0..<12).map {
    ChartExperiment(label: "run-\($0)", href: "e/\($0).html")
  }
  private static let rate = ChartValues(
    name: "lr", content: .numbers((0..<12).map { 1 / Double(1 << $0) }))
  private static let optimizer = ChartValues(
    name: "optimizer",
    content: .categories((0..<12).map { $0 == 7 ? nil : ["sgd", "adam", "<b>"][$0 % 3] }))
  private static let loss: ChartValues = {
    let numbers = (0..<12).map { (index: Int) -> Double in
      index == 4 ? .nan : Double((index - 5) * (index - 5)) / 10 + 0.1
    }
    return ChartValues(name: "val/loss", content: .numbers(numbers), isMetric: true)
  }()

  private static var figures: [(name: String, text: String)] {
    func text(_ append: (inout ByteBuffer) -> Void) -> String {
      var buffer = ByteBuffer()
      append(&buffer)
      return buffer.text
    }
    let seeds = (0..<4).map { series("s", offset: Double($0) / 10) }
    return [
      (
        "line",
        LineChart(
          id: "c1", title: "val/loss", series: [series("x", key: "a")], goal: .minimize,
          showsBest: true, csvHref: "data/a.csv"
        ).text
      ),
      (
        "lines",
        LineChart(
          id: "c1", title: "val/loss",
          series: [series("a"), series("b", offset: 0.2), series("c", count: 40, offset: 0.4)],
          goal: .minimize, showsBest: true
        ).text
      ),
      (
        "long-names",
        LineChart(
          id: "c1", title: "accuracy",
          series: [series("learning rate 0.1"), series("learning rate 0.2", offset: 0.1)],
          goal: .maximize, showsBest: true, options: ChartOptions(smoothing: .timeWeighted(0.9))
        ).text
      ),
      (
        "not-finite",
        LineChart(
          id: "c1", title: "diverged", series: [broken], goal: .minimize, showsBest: true
        ).text
      ),
      (
        "many",
        LineChart(
          id: "c1", title: "many",
          series: (0..<12).map { series("r\($0)", count: 20, offset: Double($0 * 7 % 12)) },
          goal: .minimize, showsBest: true
        ).text
      ),
      (
        "crowd",
        LineChart(
          id: "c1", title: "crowd",
          series: (0..<50).map { series("r\($0)", count: 20, offset: Double($0 * 7 % 50)) },
          goal: .minimize
        ).text
      ),
      (
        "log",
        LineChart(
          id: "c1", title: "log",
          series: [
            ChartSeries(
              label: "x", steps: (0..<40).map(Double.init),
              values: (0..<40).map { 100 / Double(1 << $0) })
          ], options: ChartOptions(logScale: .automatic)
        ).text
      ),
      (
        "band",
        LineChart(
          id: "c1", title: "seeds",
          series: [ChartSeries(meanOf: seeds, label: "lr 0.1, n=4")].compactMap { $0 },
          goal: .minimize, showsBest: true
        ).text
      ),
      ("sparkline", text { Sparkline(broken).append(to: &$0) } + "\n"),
      (
        "scatter",
        text {
          ScatterChart(
            id: "c1", title: "val/loss by lr", experiments: experiments, param: rate, metric: loss,
            goal: .minimize
          ).append(to: &$0)
        }
      ),
      (
        "scatter-categories",
        text {
          ScatterChart(
            id: "c1", title: "val/loss by optimizer", experiments: experiments, param: optimizer,
            metric: loss, goal: .minimize
          ).append(to: &$0)
        }
      ),
      (
        "parallel",
        text {
          ParallelCoordinates(
            id: "c1", title: "Params", experiments: experiments, params: [rate, optimizer],
            metric: loss, goal: .minimize
          ).append(to: &$0)
        }
      ),
    ]
  }

  @Test func `are drawn as recorded`() throws {
    for (name, text) in Self.figures {
      let mismatch = try Self.golden.mismatch(of: text, with: "chart-\(name).html")
      #expect(mismatch == nil, "\(mismatch ?? "")")
    }
  }

  @Test func `are well-formed and free of what a policy forbids`() throws {
    for (name, text) in Self.figures {
      try MarkupReader.check(text)
      for forbidden in [" style=", "<style", "<script", " on", "nan", "inf", "e+", "://"] {
        #expect(!text.contains(forbidden), "\(name) contains \(forbidden)")
      }
    }
  }

  @Test(arguments: [
    "\"><script>alert(1)</script>", "a&b", "{{7*7}}", "'; --", "🧪\u{0}\u{1B}",
    String(repeating: "W", count: 300), "",
  ])
  func `show hostile names as text`(name: String) throws {
    var buffer = ByteBuffer()
    let series = ChartSeries(label: name, key: name, href: name, steps: [0, 1], values: [1, .nan])
    let other = ChartSeries(label: "b", steps: [0, 1], values: [1, 2])
    for others in [[], [other]] {
      LineChart(
        id: "a", title: name, series: [series] + others, goal: .minimize, showsBest: true,
        csvHref: name
      ).append(to: &buffer)
    }
    let named = Self.experiments.map { _ in ChartExperiment(label: name, href: name) }
    let values = ChartValues(
      name: name, content: .categories((0..<12).map { $0 % 2 == 0 ? name : "b" }))
    ScatterChart(
      id: "a", title: name, experiments: named, param: values, metric: Self.loss, goal: .minimize
    ).append(to: &buffer)
    ParallelCoordinates(
      id: "a", title: name, experiments: named, params: [values, Self.rate], metric: Self.loss,
      goal: .minimize
    ).append(to: &buffer)
    try MarkupReader.check("<div>" + buffer.text + "</div>")
    #expect(!buffer.text.contains("<script"))
  }

  @Test func `count and mark what is not finite`() throws {
    let text = LineChart(
      id: "a", title: "t", series: [Self.broken], goal: .minimize, showsBest: true
    ).text
    #expect(text.contains("11 NaN</span>, first at step 2000."))
    #expect(text.contains("1 Inf</span>, at step 100."))
    #expect(text.contains("1 −Inf</span>, at step 300."))
    #expect(text.contains("1 value above the axis, up to 4000."))
    #expect(text.components(separatedBy: "l7 7m0-7l-7 7").count == 3, "a cross per run")
  }

  @Test func `count what a log scale cannot show`() {
    let text = LineChart(
      id: "a", title: "t",
      series: [ChartSeries(label: "x", steps: [0, 1, 2, 3], values: [0, -1, 10, 100])],
      options: ChartOptions(logScale: .always)
    ).text
    #expect(text.contains("2 values ≤ 0 not on the log scale."))
    #expect(text.contains("4 values: first 0 at step 0, last 100 at step 3."))
    #expect(text.contains(">log scale</text>"))
  }

  @Test func `say where a mean ends because one of its runs did`() throws {
    func chart(_ counts: [Int]) throws -> String {
      let means = try counts.enumerated().map { index, count in
        try #require(
          ChartSeries(
            meanOf: [Self.series("a"), Self.series("b"), Self.series("c", count: count)],
            label: "g\(index)"))
      }
      return LineChart(id: "a", title: "t", series: means).text
    }
    let reason = " where the shortest run does: "
    #expect(
      try chart([20]).contains(
        "of 3 runs. It stops where its shortest run does: at step 1900 (the longest at 5900)."))
    #expect(try !chart([60]).contains("shortest run"))
    #expect(
      try chart([20, 60, 30]).contains(
        "2 stop\(reason)g0 at step 1900 (the longest at 5900), g2 at step 2900"))
    #expect(try chart([20, 30, 40]).contains("All stop\(reason.dropLast(2))."))
  }

  @Test func `over time say when, in the unit of the axis`() throws {
    let runs = [0.0, 1, 2].map { run in
      ChartSeries(label: "", steps: [0, 100, 600 + 60 * run], values: [3, 1, .nan])
    }
    var chart = LineChart(
      id: "c", title: "loss", series: [runs[0]], goal: .minimize, showsBest: true,
      options: ChartOptions(xAxis: .time))
    #expect(chart.text.contains("last NaN after 10 minutes, best 1 after 1.667 minutes."))
    #expect(chart.text.contains("1 NaN</span>, after 10 minutes."))
    #expect(chart.text.contains(">best 1 @ 1.667 minutes<"))
    #expect(chart.text.contains(" data-x=\"0 10\""))
    #expect(chart.text.contains(" data-unit=\"minutes\" data-seconds=\"60\""))
    #expect(chart.text.contains(">minutes since the start</text>"))
    #expect(chart.text.contains("<th scope=\"col\">minutes</th>"))
    chart.series = [try #require(ChartSeries(meanOf: runs, label: "mean"))]
    #expect(chart.text.contains("It stops where its shortest run does"))
    #expect(chart.text.contains(": after 10 minutes (the longest after 12)."))
  }

  @Test(arguments: [0.0, 0.6]) func `cut lines off where values leave the plot`(
    smoothing: Double
  ) throws {
    var values = (0..<400).map { Double($0 % 7) / 7 }
    values[200] = 1000
    values[201] = 1000
    let text = LineChart(
      id: "a", title: "t",
      series: [ChartSeries(label: "x", steps: (0..<400).map(Double.init), values: values)],
      options: ChartOptions(smoothing: .timeWeighted(smoothing))
    ).text
    try MarkupReader.check(text)
    #expect(text.contains("<clipPath id=\"a-plot\"><rect x=\"49\" y=\"12\""))
    let lines = text.components(separatedBy: " clip-path=\"url(#a-plot)\" d=\"").dropFirst()
    #expect(lines.count == (smoothing > 0 ? 2 : 1))
    for line in lines {
      let corners = try PathReader.points(of: line.components(separatedBy: "\"")[0])
      #expect(corners.contains { $0.y < 0 }, "up and out of the picture")
      let edge = corners.filter { $0.y == 12 }
      #expect(edge.count <= 1, "not along the edge")
    }
    #expect(text.contains("class=\"clipped\""), "triangles stay")
    #expect(!LineChart(id: "a", title: "t", series: [Self.series("x")]).text.contains("clip"))
  }

  @Test func `mark the best measured value, and none without one`() {
    let marked = LineChart(
      id: "a", title: "t",
      series: [ChartSeries(label: "x", steps: [0, 10, 20], values: [3, 1.25, 2])],
      goal: .minimize, showsBest: true)
    #expect(marked.text.contains(">best 1.250 @ 10</text>"))
    var none = marked
    none.series = [ChartSeries(label: "x", steps: [0], values: [.nan])]
    #expect(!none.text.contains("class=\"best\""))
    #expect(none.text.contains("1 NaN"))
  }

  @Test func `say so when there is nothing to draw`() {
    let empty = LineChart(
      id: "a", title: "t", series: [ChartSeries(label: "x", steps: [], values: [])])
    #expect(empty.text.contains("No values were recorded."))
    #expect(!LineChart(id: "a", title: "t", series: []).text.contains("<svg"))
  }

  @Test func `have a table of 20 rows and the best`() {
    let series = ChartSeries(
      label: "x", steps: (0..<1000).map(Double.init), values: (0..<1000).map { $0 == 501 ? -9 : 1 })
    let text = LineChart(
      id: "a", title: "t", series: [series], goal: .minimize, showsBest: true
    ).text
    #expect(text.contains("Data (21 of 1,000 rows)"))
    #expect(text.contains("<td>501</td><td>−9 (best)</td>"))
    #expect(text.contains("<td>0</td>") && text.contains("<td>999</td>"))
  }

  @Test func `have a line for each pass of a run that went back`() throws {
    let resumed = ChartSeries(
      label: "a1", key: "a1", steps: [0, 40, 80, 120, 80, 120, 160],
      values: [9, 8, 7, 9, 5, 4, 6])
    var chart = LineChart(
      id: "a", title: "t", series: [resumed], goal: .minimize, showsBest: true)
    let text = chart.text
    let paths = text.components(separatedBy: "class=\"line\"").dropFirst()
    let lines = try paths.map { path in
      try path.components(separatedBy: " d=\"")[1].components(separatedBy: "\"")[0]
        .split(separator: "M").map { try PathReader.points(of: "M\($0)").map(\.x) }
    }
    #expect(lines.map { $0.map(\.count) } == [[3], [2, 3]], "replaced, and current")
    for line in lines.joined() { #expect(line == line.sorted(), "no line back across the chart") }
    #expect(paths.map { $0.contains("stroke-opacity=\".5\"") } == [true, false])
    #expect(
      text.contains(
        "first 9 at step 0, last 6 at step 160, best 4 at step 120. Goes back to step 80 once; "
          + "what that replaced is faint."))
    #expect(text.contains(">best 4 @ 120</text>"))
    #expect(text.contains("<td>120</td><td>9</td>") && text.contains("<td>80</td><td>7</td>"))
    #expect(
      text.contains("<td>80</td><td>5</td>") && text.contains("<td>120</td><td>4 (best)</td>"))

    chart.series = [
      ChartSeries(
        label: "b2", key: "b2", steps: [0, 80, 120, 160, 200, 240, 280, 320],
        values: [9, 9, 9, 9, 9, 9, 9, 9]),
      resumed,
    ]
    #expect(chart.text.contains("a1 goes back to step 80 once; what that replaced is faint."))
    #expect(chart.text.contains("<td>80</td><td>9</td><td>5</td>"), "what was recorded last")
    chart.series = [resumed, resumed]
    #expect(
      chart.text.contains("2 series go back, first a1 to step 80; what that replaced is faint."))
    chart.series = [
      ChartSeries(
        label: "x", steps: [0, 1, 2, 0, 1, 2, 0, 1, 2], values: [3, 2, 1, 3, 2, 1, 3, 2, 1])
    ]
    #expect(chart.text.contains("Goes back 2 times, first to step 0; what that replaced is faint."))
  }

  @Test func `say values as tables do, with more digits where those look the same`() {
    func summary(_ lists: [Double]...) -> String {
      let series = lists.enumerated().map { index, values in
        ChartSeries(label: "s\(index)", steps: values.indices.map(Double.init), values: values)
      }
      var buffer = ByteBuffer()
      LineChart(id: "a", title: "t", series: series, goal: .maximize).append(to: &buffer)
      return buffer.text
    }
    #expect(
      summary([0.5, 0.96, 0.25]).contains(
        "3 values: first 0.5000 at step 0, last 0.2500 at step 2, best 0.9600 at step 1."))
    #expect(
      summary([0.99996, 1, 0.99998]).contains(
        "first 0.99996 at step 0, last 0.99998 at step 2, best 1 at step 1."))
    #expect(summary([0.99996, 0.99996]).contains("first 1.000 at step 0, last 1.000 at step 1, "))
    #expect(summary([0, 0.123441], [0, 0.123442]).contains("Last: s0 0.123441, s1 0.123442."))
    #expect(ByteBuffer.digitCount(tellingApart: [1 / 3, (1 / 3.0).nextUp, .nan]) == 9)
  }

  @Test func `of params abbreviate long names and stay in the picture`() throws {
    let long = "convolutional-with-residual-connections"
    let values = (0..<12).map { Double($0) }
    let chart = ParallelCoordinates(
      id: "a", title: "t", experiments: values.map { ChartExperiment(label: "\($0)") },
      params: (0..<3).map { number in
        ChartValues(
          name: "the_width_of_the_\(number)th_hidden_layer_of_the_network",
          content: .categories(values.map { "\(long)-\(Int($0) % (number + 2))" }))
      },
      metric: ChartValues(
        name: "validation/mean_average_precision", content: .numbers(values)), goal: .maximize)
    var buffer = ByteBuffer()
    chart.append(to: &buffer)
    #expect(buffer.text.contains("<title>\(long)-0</title></text>"))
    #expect(buffer.text.contains("<title>validation/mean_average_precision</title></text>"))
    let picture = try #require(buffer.text.components(separatedBy: "</svg>").first)
    for part in picture.components(separatedBy: "<text x=\"").dropFirst() {
      let x = try #require(Double(part.prefix { $0 != "\"" }))
      let tag = part.prefix { $0 != ">" }
      let text = part.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }
      // Labels end at their axis, names stand over it unless they say otherwise.
      let isName = part.contains("hidden") || part.contains("validation")
      let width = Double(text.count) * (isName ? 7.2 : 6.6)
      if tag.contains("\"end\"") || !isName {
        #expect(x - width >= 0 && x <= 640, "\(text)")
      } else if tag.contains("\"start\"") {
        #expect(x + width <= 640, "\(text)")
      } else {
        #expect(x - width / 2 >= 0 && x + width / 2 <= 640, "\(text)")
      }
    }
  }

  @Test(arguments: UInt64(0)..<30)
  func `survive any numbers`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let special: [Double] = [
      .nan, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
      .leastNonzeroMagnitude, 1e-300, 1, -1,
    ]
    let series = (0..<Int.random(in: 1...10, using: &generator)).map { index in
      let count = Int.random(in: 0...400, using: &generator)
      return ChartSeries(
        label: "\(index)",
        steps: (0..<count).map { _ in Double(Int.random(in: -5...500, using: &generator)) },
        values: (0..<count).map { _ in
          Bool.random(using: &generator)
            ? special[Int.random(in: 0..<special.count, using: &generator)]
            : Double(bitPattern: generator.next())
        })
    }
    for logScale in [ChartOptions.LogScale.automatic, .always, .never] {
      var buffer = ByteBuffer()
      LineChart(
        id: "a", title: "t", series: series, goal: .maximize, showsBest: true,
        options: ChartOptions(logScale: logScale)
      ).append(to: &buffer)
      Sparkline(series[0]).append(to: &buffer)
      let values = ChartValues(name: "v", content: .numbers(series[0].values))
      let experiments = series[0].values.map { _ in ChartExperiment(label: "e") }
      ScatterChart(
        id: "a", title: "t", experiments: experiments, param: values, metric: values,
        goal: .minimize
      ).append(to: &buffer)
      ParallelCoordinates(
        id: "a", title: "t", experiments: experiments, params: [values], metric: values,
        goal: .minimize
      ).append(to: &buffer)
      try MarkupReader.check("<div>" + buffer.text + "</div>")
    }
  }
}

/// Checks that elements nest and that attributes are quoted and unique, as XML demands.
enum MarkupReader {
  static func check(_ text: String) throws {
    var open: [Substring] = []
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "<") {
      rest = rest[start...].dropFirst()
      let end = try #require(rest.firstIndex(of: ">"), "\(rest.prefix(80))")
      var tag = rest[..<end]
      rest = rest[end...].dropFirst()
      if tag.hasPrefix("/") {
        #expect(open.popLast() == tag.dropFirst(), "closing \(tag)")
        continue
      }
      let isEmpty = tag.hasSuffix("/")
      if isEmpty { tag = tag.dropLast() }
      let name = tag.prefix { $0.isLetter }
      var attributes = tag.dropFirst(name.count)
      var names: Set<Substring> = []
      while !attributes.isEmpty {
        #expect(attributes.first == " ", "<\(tag)>")
        let attribute = attributes.dropFirst().prefix { $0 != "=" }
        #expect(names.insert(attribute).inserted, "<\(tag)> has \(attribute) twice")
        let value = attributes.dropFirst(attribute.count + 2)
        #expect(value.first == "\"", "<\(tag)>")
        let content = value.dropFirst().prefix { $0 != "\"" }
        attributes = value.dropFirst(content.count + 2)
      }
      if !isEmpty && name != "wbr" { open.append(name) }
    }
    #expect(open.isEmpty, "open: \(open)")
  }
}
