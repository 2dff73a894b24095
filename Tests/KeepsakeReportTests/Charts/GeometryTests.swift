import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Points of a line` {
  private static func indices(
    of values: [Double], at steps: [Double], columns: Int, keeping kept: Int? = nil,
    fidelity: ChartOptions.Fidelity = .normal
  ) -> [Int] {
    var indices: [Int] = []
    Downsampling.appendIndices(
      of: values, at: steps, in: 0..<values.count, domain: steps[0]...steps[steps.count - 1],
      columns: columns, keeping: kept, fidelity: fidelity, to: &indices)
    return indices
  }

  @Test(arguments: UInt64(0)..<20, [ChartOptions.Fidelity.normal, .high])
  func `keep the extremes of every column, the ends and the best`(
    seed: UInt64, fidelity: ChartOptions.Fidelity
  ) {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 100...5000, using: &generator)
    let columns = Int.random(in: 5...300, using: &generator)
    var step = 0.0
    let steps = (0..<count).map { _ in
      step += Double(Int.random(in: 0...40, using: &generator))
      return step
    }
    let values = steps.map { _ in Double.random(in: -1...1, using: &generator) }
    let best = Int.random(in: 0..<count, using: &generator)
    let kept = Self.indices(
      of: values, at: steps, columns: columns, keeping: best, fidelity: fidelity)

    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 })
    #expect(kept.first == 0 && kept.last == count - 1 && kept.contains(best))
    #expect(kept.count <= columns * (fidelity == .high ? 4 : 2) + 3)
    let width = (steps[count - 1] - steps[0]) / Double(columns)
    let keptSet = Set(kept)
    for column in 0..<columns {
      let low = steps[0] + Double(column) * width
      let rows = values.indices.filter { steps[$0] > low && steps[$0] < low + width * 0.999 }
      guard let largest = rows.map({ values[$0] }).max() else { continue }
      // The extremes of a part of a column can only be missing when the rest has larger ones.
      let near = keptSet.filter { (low - width * 0.01...low + width).contains(steps[$0]) }
      #expect(near.contains { values[$0] >= largest }, "column \(column)")
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `do not drift`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var buffer = ByteBuffer()
    var pen = PathPen()
    var points: [(Int, Int)] = []
    for index in 0..<500 {
      let point = (index * 13, Int.random(in: -300...2400, using: &generator))
      points.append(point)
      if index == 0 {
        pen.move(x: point.0, y: point.1, in: &buffer)
      } else {
        pen.line(x: point.0, y: point.1, in: &buffer)
      }
    }
    #expect(
      try PathReader.points(of: buffer.text).map { [$0.x, $0.y] } == points.map { [$0.0, $0.1] })
  }

  @Test func `that stand alone are dots`() {
    let series = ChartSeries(label: "x", steps: [0, 1, 2, 3], values: [1, .nan, 2, .nan])
    let figure = LineChart(id: "a", title: "t", series: [series]).text
    #expect(figure.components(separatedBy: "h0").count == 3)
  }

  @Test func `are at most 6,000 in a chart`() throws {
    let series = (0..<8).map { index in
      ChartSeries(
        label: "\(index)", steps: (0..<2000).map(Double.init),
        values: (0..<2000).map { Double(($0 * 7919 + index) % 1000) })
    }
    let chart = LineChart(
      id: "a", title: "t", series: series, options: ChartOptions(smoothing: .none))
    let paths = chart.text.components(separatedBy: "class=\"line\"").dropFirst()
    let count = try paths.reduce(0) { count, text in
      let path = text.components(separatedBy: " d=\"")[1].components(separatedBy: "\"")[0]
      return try count + PathReader.points(of: path).count
    }
    #expect(paths.count == 8)
    #expect((3000...6000).contains(count), "\(count)")
  }
}

@Suite struct `Labels` {
  @Test(arguments: UInt64(0)..<40)
  func `keep their distance, their order and the plot`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...8, using: &generator)
    let desired = (0..<count).map { _ in Int.random(in: 100...2500, using: &generator) }
    let placed = LabelLayout.relaxed(desired, spacing: 140, in: 160...2360)
    let sorted = placed.sorted()
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 140 })
    #expect(sorted.allSatisfy { (160...2360).contains($0) })
    for a in desired.indices {
      for b in desired.indices where desired[a] < desired[b] { #expect(placed[a] < placed[b]) }
    }
  }

  @Test func `with room stay where they are`() {
    #expect(LabelLayout.relaxed([500, 200, 900], spacing: 140, in: 0...1000) == [500, 200, 900])
    #expect(LabelLayout.relaxed([500, 500], spacing: 140, in: 0...1000) == [430, 570])
    #expect(LabelLayout.relaxed([], spacing: 140, in: 0...1000).isEmpty)
  }

  @Test func `stand at the lines for short names and above for long ones`() {
    let series = { (label: String) in ChartSeries(label: label, steps: [0, 1], values: [1, 2]) }
    let short = LineChart(id: "a", title: "t", series: [series("a"), series("b")]).text
    #expect(short.contains("class=\"name\"") && !short.contains("class=\"legend\""))
    let long = LineChart(
      id: "a", title: "t", series: [series("a"), series("a name of 20 letters")]
    ).text
    #expect(!long.contains("class=\"name\"") && long.contains("class=\"legend\""))
    let one = LineChart(id: "a", title: "t", series: [series("a name of 20 letters")]).text
    #expect(!one.contains("class=\"name\"") && !one.contains("class=\"legend\""))
  }
}

@Suite struct `Axes` {
  private static func domain(_ values: [Double]) -> ValueDomain {
    ValueDomain(of: values, logScale: .automatic, tickCount: 5.7)
  }

  @Test func `leave out a spike and keep a spread`() {
    let bulk = (0..<100).map { Double($0) / 100 }
    let spike = Self.domain(bulk + [1e6])
    #expect(spike.clipsHigh && !spike.clipsLow && !spike.isLogarithmic)
    #expect(spike.range.upperBound <= 1.2)
    #expect(Self.domain(bulk + [-1e6]).clipsLow)
    #expect(!Self.domain(bulk).clipsHigh)
    #expect(!Self.domain([1, 2, 3, 1e6]).clipsHigh, "four values have no bulk")
  }

  @Test func `are logarithmic over three decades of positive values`() {
    let decay = (0..<100).map { power(10, -Double($0) / 30) }
    #expect(Self.domain(decay).isLogarithmic)
    #expect(!Self.domain(decay + [0]).isLogarithmic)
    #expect(!Self.domain(decay.map { $0 + 1 }).isLogarithmic)
    let forced = ValueDomain(of: [-1, 0, 1, 2, 3], logScale: .always, tickCount: 5.7)
    #expect(forced.isLogarithmic && forced.range.lowerBound > 0.9)
  }

  @Test(arguments: [(5, 4.75, 5.25), (0, -1, 1), (-2, -2.1, -1.9)] as [(Double, Double, Double)])
  func `of a constant have some height`(value: Double, low: Double, high: Double) {
    #expect(Self.domain([value, value]).range == low...high)
  }

  @Test(arguments: UInt64(0)..<30)
  func `select like sorting`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...300, using: &generator)
    var values = (0..<count).map { _ in Double(Int.random(in: 0...50, using: &generator)) }
    let sorted = values.sorted()
    let position = Int.random(in: 0..<count, using: &generator)
    values.partition(around: position, in: 0..<count)
    #expect(values[position] == sorted[position])
    #expect(values[..<position].allSatisfy { $0 <= values[position] })
    #expect(values[position...].allSatisfy { $0 >= values[position] })
  }

  @Test func `count checkpoints where steps say nothing`() {
    let series = ChartSeries(label: "x", steps: [7, 7, 7], values: [1, 2, 3])
    #expect(LineChart(id: "a", title: "t", series: [series]).text.contains(">checkpoint</text>"))
  }

  @Test func `have no tick between two steps`() {
    let series = ChartSeries(label: "x", steps: [0, 1, 2], values: [1, 2, 3])
    #expect(LineChartLayout(LineChart(id: "a", title: "t", series: [series])).xTicks == [0, 1, 2])
  }

  @Test func `of a chosen param are logarithmic, of a drawn one linear`() {
    let rates: [Double] = [1e-4, 1e-3, 1e-2, 1e-1]
    #expect(ValueDomain(ofParam: rates, tickCount: 5).isLogarithmic)
    let dropout = (1...100).map { Double($0) / 200 }
    #expect(!ValueDomain(ofParam: dropout, tickCount: 5).isLogarithmic)
  }
}

@Suite struct `Smoothing` {
  @Test func `does not depend on how densely values were logged`() {
    let dense = (0...10_000).map { Double($0) }
    let sparse = (0...1000).map { Double($0) * 10 }
    let method = SmoothingMethod.timeWeighted(0.6)
    let smoothed = { (steps: [Double]) in
      method.smoothed(
        ChartSeries(label: "x", steps: steps, values: steps.map { $0 / 10_000 }), unit: 10)
    }
    let (a, b) = (smoothed(dense), smoothed(sparse))
    #expect(abs(a[10_000] - b[1000]) < 0.001)
  }

  @Test(arguments: [SmoothingMethod.timeWeighted(0.6), .tensorBoard(0.6)])
  func `starts at the first value, keeps constants and leaves gaps`(method: SmoothingMethod) {
    let smoothed = method.smoothed(
      ChartSeries(label: "x", steps: [0, 1, 2, 3, 4, 5], values: [2, 2, .nan, 2, .infinity, 2]),
      unit: 1)
    for index in [0, 1, 3, 5] { #expect(abs(smoothed[index] - 2) < 1e-12) }
    #expect(smoothed[2].isNaN && smoothed[4] == .infinity)
  }

  @Test func `goes by a thousandth of the axis, or by values where there are fewer`() {
    #expect(SmoothingMethod.unit(of: 5000, count: 2000) == 5)
    #expect(SmoothingMethod.unit(of: 5000, count: 11) == 500)
    #expect(SmoothingMethod.unit(of: 5000, count: 1) == 5000)
    let smoothed = SmoothingMethod.timeWeighted(0.25).smoothed(
      ChartSeries(label: "x", steps: [0, 500, 1000], values: [1, 2, 3]), unit: 500)
    #expect(smoothed == [1, 2.5 / 1.5, 4.25 / 1.75])
  }

  @Test func `is TensorBoard's where asked for`() {
    let smoothed = SmoothingMethod.tensorBoard(0.5).smoothed(
      ChartSeries(label: "x", steps: [0, 1, 2], values: [1, 2, 3]), unit: 1)
    #expect(zip(smoothed, [1, 5.0 / 3, 17.0 / 7]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test(arguments: [ChartOptions.Smoothing.timeWeighted(0.6), .tensorBoard(0.6)], [1, 2, 3])
  func `is not led away by values beyond the axis, and says so`(
    smoothing: ChartOptions.Smoothing, seriesCount: Int
  ) {
    let steps = (0..<400).map(Double.init)
    var values = steps.map { 1 + 0.1 * ($0 / 9).rounded(.down).truncatingRemainder(dividingBy: 2) }
    values[200] = 1e6
    let chart = LineChart(
      id: "a", title: "t",
      series: (0..<seriesCount).map { ChartSeries(label: "\($0)", steps: steps, values: values) },
      options: ChartOptions(smoothing: smoothing))
    let layout = LineChartLayout(chart)
    for curve in layout.curves {
      #expect(curve.drawn[200] == 1e6)
      #expect((201..<400).allSatisfy { (0.999...1.101).contains(curve.drawn[$0]) })
    }
    #expect(layout.domain.clipsHigh)
    let summary = LineChartSummary(layout).buffer.text
    #expect(summary.contains(" Smoothing leaves \(seriesCount) value"), "\(summary)")
  }

  @Test(arguments: [SmoothingMethod.timeWeighted(0.6), .tensorBoard(0.6)])
  func `starts anew where the steps go back`(method: SmoothingMethod) {
    let smoothed = method.smoothed(
      ChartSeries(label: "x", steps: [0, 1, 2, 1, 2], values: [9, 8, 7, 1, 2]), unit: 1)
    let alone = method.smoothed(
      ChartSeries(label: "x", steps: [1, 2], values: [1, 2]), unit: 1)
    #expect(Array(smoothed[3...]) == alone)
  }

  @Test func `is for long series, and said on the chart`() {
    let series = { (count: Int) in
      ChartSeries(
        label: "x", steps: (0..<count).map(Double.init), values: (0..<count).map { Double($0 % 7) })
    }
    #expect(!LineChart(id: "a", title: "t", series: [series(200)]).text.contains("smoothed"))
    let long = LineChart(id: "a", title: "t", series: [series(201)]).text
    #expect(
      long.contains(
        "<tspan class=\"sm\">smoothed 0.6<tspan class=\"raw\">, measured values faint</tspan>"))
    #expect(long.contains("class=\"raw\"") && long.contains("class=\"line sm\""))
    let three = LineChart(id: "a", title: "t", series: [series(300), series(300), series(300)]).text
    #expect(three.contains(">smoothed 0.6<") && !three.contains("class=\"raw\""))
  }
}

extension LineChart {
  var text: String {
    var buffer = ByteBuffer()
    append(to: &buffer)
    return buffer.text
  }
}

extension String {
  func components(separatedBy separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}

/// Reads back the paths that `PathPen` writes.
enum PathReader {
  struct Point: Equatable {
    var x: Int
    var y: Int
  }

  /// The points of all sub-paths, in tenths.
  static func points(of path: String) throws -> [Point] {
    var points: [Point] = []
    var current = Point(x: 0, y: 0)
    var command: Character = "M"
    var rest = Substring(path)
    while let next = rest.first {
      if next.isLetter {
        command = next
        rest = rest.dropFirst()
        continue
      }
      if next == " " {
        rest = rest.dropFirst()
        continue
      }
      let x = try tenths(&rest)
      if command == "h" { continue }
      let y = try tenths(&rest)
      current = command == "M" ? Point(x: x, y: y) : Point(x: current.x + x, y: current.y + y)
      points.append(current)
    }
    return points
  }

  private static func tenths(_ rest: inout Substring) throws -> Int {
    if rest.first == " " { rest = rest.dropFirst() }
    var text = ""
    while let next = rest.first, next.isNumber || next == "." || (next == "-" && text.isEmpty) {
      text.append(next)
      rest = rest.dropFirst()
    }
    return Int((try #require(Double(text), "\(rest)") * 10).rounded())
  }
}
