import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Series of a chart` {
  @Test func `show a recorded NaN and leave out what was not recorded`() throws {
    var table = CheckpointTable()
    let recorded: [JSONValue?] = [1.0, nil, .number(.nan), true, "text", 3]
    for (step, value) in recorded.enumerated() {
      var generator = SeededGenerator(seed: UInt64(step))
      table.append(
        Checkpoint(
          id: CheckpointID(Identifier(using: &generator)), created: Timestamp(nanoseconds: 0),
          step: Int64(step * 10),
          metrics: NamedValues(value.map { [JSONMember("loss", $0)] } ?? [])))
    }
    var experiment = Self.experiment
    experiment.checkpoints = table
    let column = try #require(table.column("loss"))
    let series = ChartSeries(label: "x", column: column, of: experiment)
    #expect(series.steps == [0, 20, 30, 50])
    #expect(series.values.map(\.isNaN) == [false, true, false, false])
  }

  private static var experiment: Experiment {
    var generator = SeededGenerator(seed: 100)
    return Experiment(
      id: ExperimentID(Identifier(using: &generator)),
      created: Timestamp(nanoseconds: 5_000_000_000))
  }

  @Test func `over time stand at the seconds since the experiment's start`() throws {
    var experiment = Self.experiment
    for (step, created) in [(0, 5.5), (1, 0), (2, 65)] as [(Int64, Double)] {
      var generator = SeededGenerator(seed: UInt64(step))
      experiment.checkpoints.append(
        Checkpoint(
          id: CheckpointID(Identifier(using: &generator)),
          created: Timestamp(nanoseconds: Int64(created * 1e9)), step: step,
          metrics: NamedValues([JSONMember("loss", 1.0)])))
    }
    let column = try #require(experiment.checkpoints.column("loss"))
    let series = ChartSeries(label: "x", column: column, of: experiment, over: .time)
    // The second one's time is unknown.
    #expect(series.steps == [0.5, 60])
  }

  @Test(arguments: [
    (2, "seconds"), (179, "seconds"), (180, "minutes"), (10_799, "minutes"), (10_800, "hours"),
    (900_000, "days"),
  ])
  func `over time have an axis in a unit that is read easily`(seconds: Double, unit: String) {
    let axis = HorizontalAxis(
      .time, of: [ChartSeries(label: "x", steps: [0, seconds], values: [1, 1])])
    #expect(axis.name == unit)
  }

  @Test func `are passes where the steps go back`() {
    let series = ChartSeries(
      label: "x", steps: [0, 10, 20, 10, .nan, 15, 15], values: [1, 2, 3, 4, 5, 6, 7])
    #expect(series.steps == [0, 10, 20, 10, 15, 15])
    #expect(series.passes == [0..<3, 3..<6])
    #expect(series.stepRange == 0...20)
    #expect(series.position(at: 10) == 3 && series.position(at: 20) == 2)
    #expect(series.position(at: 5) == nil)
    let line = series.currentLine(of: series.values)
    #expect(line.steps == [0, 10, 15, 15] && line.values == [1, 4, 6, 7])
    #expect(ChartSeries(label: "x", steps: [], values: []).passes == [])
  }

  @Test func `are sorted where several writers take turns`() {
    let steps = (0..<20).flatMap { [Double(2 * $0 + 1), Double(2 * $0)] }
    let series = ChartSeries(label: "x", steps: steps, values: steps)
    #expect(series.passes == [0..<40])
    #expect(series.steps == (0..<40).map(Double.init) && series.values == series.steps)
  }

  @Test func `that went back have a mean of what was recorded last`() throws {
    let run = { (steps: [Double], values: [Double]) in
      ChartSeries(label: "x", steps: steps, values: values)
    }
    let mean = try #require(
      ChartSeries(
        meanOf: [
          run([0, 10, 20], [1, 1, 1]), run([0, 10, 20], [1, 1, 1]),
          run([0, 10, 20, 10, 20], [1, 9, 9, 1, 1]),
        ], label: "mean"))
    #expect(mean.steps == [0, 10, 20] && mean.values == [1, 1, 1])
  }

  @Test func `have a best value that is finite and the last of equals`() {
    let series = ChartSeries(
      label: "x", steps: [0, 1, 2, 3, 4], values: [-.infinity, .nan, 2, 1, 1])
    #expect(series.best(for: .minimize) == 4)
    #expect(series.best(for: .maximize) == 2)
    #expect(ChartSeries(label: "x", steps: [0], values: [.nan]).best(for: .minimize) == nil)
  }

  @Test func `of seeds have mean and sample deviation over common steps`() throws {
    let run = { (steps: [Double], values: [Double]) in
      ChartSeries(label: "x", steps: steps, values: values)
    }
    let mean = try #require(
      ChartSeries(
        meanOf: [
          run([0, 10, 20], [1, 2, 3]), run([0, 20, 30], [2, 4, 9]), run([5, 10, 20], [0, 3, 5]),
        ], label: "mean"))
    #expect(mean.steps == [5, 10, 20])
    #expect(mean.values.map { ($0 * 1000).rounded() } == [1333, 2667, 4000])
    #expect(mean.band?.count == 3)
    #expect(mean.band?.deviations.last == 1)
    #expect(ChartSeries(meanOf: [run([0], [1]), run([0], [1])], label: "two") == nil)
    #expect(
      ChartSeries(meanOf: [run([0], [1]), run([1], [1]), run([2], [1])], label: "apart") == nil)
  }

  @Test func `of seeds are not a number where a seed is not`() throws {
    let steps = [0.0, 1, 2, 3]
    let mean = try #require(
      ChartSeries(
        meanOf: [[1, 1, 1, 1], [1, 1, .nan, 1], [1, 1, 1, 1]].map {
          ChartSeries(label: "x", steps: steps, values: $0)
        }, label: "mean"))
    #expect(mean.values.map(\.isNaN) == [false, false, true, false])
  }
}

@Suite struct `Rank correlation` {
  @Test(
    arguments: [
      ([1, 2, 3, 4], [10, 20, 30, 40], 1), ([1, 2, 3, 4], [4, 3, 2, 1], -1),
      ([1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.8208), ([1, .nan, 2, 3], [1, 5, .nan, 9], nil),
      ([1, 1, 1], [1, 2, 3], nil),
    ] as [([Double], [Double], Double?)])
  func `is Spearman's`(a: [Double], b: [Double], expected: Double?) {
    let value = RankCorrelation.spearman(a, b)?.value
    #expect(value.map { ($0 * 1e4).rounded() / 1e4 } == expected)
  }

  @Test func `of many categories is not what chance explains`() {
    var random = SeededGenerator(seed: 3)
    let metric = (0..<60).map { _ in Double.random(in: 0..<1, using: &random) }
    let texts = (0..<60).map { "\($0 % 45)" }
    let many = ChartValues(name: "x", content: .categories(texts))
    #expect((many.dependence(of: metric) ?? 1) < 0.5)
    let all = ChartValues(name: "x", content: .categories((0..<60).map { "\($0)" }))
    #expect(all.dependence(of: metric) == 0)
  }

  @Test func `of categories is the share of ranks that they explain`() {
    let metric: [Double] = [1, 2, 3, 7, 8, 9]
    let explains = ChartValues(name: "x", content: .categories(["a", "a", "a", "b", "b", "b"]))
    let not = ChartValues(name: "x", content: .categories(["a", "b", "a", "b", "a", "b"]))
    let strong = explains.dependence(of: metric) ?? 0
    let weak = not.dependence(of: metric) ?? 1
    #expect(strong > 0.8 && weak < 0.3, "\(strong) \(weak)")
  }
}
