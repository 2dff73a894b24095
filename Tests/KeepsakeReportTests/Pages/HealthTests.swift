import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `The health page` {
  private static let start: Int64 = 1_795_165_200

  /// An experiment whose checkpoints were made so many seconds after its start.
  private static func experiment(
    checkpointsAfter seconds: [Double], endedAfter end: Double? = nil
  ) -> Experiment {
    var random = SeededGenerator(seed: 7)
    func time(_ seconds: Double) -> Timestamp {
      Timestamp(nanoseconds: start * 1_000_000_000 + Int64(seconds * 1e9))
    }
    var experiment = Experiment(
      id: ExperimentID(Identifier(using: &random)), created: time(0), params: [:])
    for (row, seconds) in seconds.enumerated() {
      experiment.checkpoints.append(
        Checkpoint(
          id: CheckpointID(Identifier(using: &random)), created: time(seconds),
          step: Int64(row), metrics: ["loss": 1]))
    }
    experiment.ending = end.map { Ending(outcome: .finished, time: time($0)) }
    return experiment
  }

  private static func reasons(_ experiment: Experiment) -> [String] {
    RecordCheck.problems(of: [experiment]).map(\.reason)
  }

  @Test(
    arguments: [
      ([10, 20, 30], 40, []),
      // Clocks that are set by the network differ by a little.
      ([-0.5, 20, 19.5], -0.9, []),
      (
        [-90, -30, 20], nil,
        ["2 of 3 checkpoints are dated before its start, by up to 1m\u{A0}30s: the clocks differed"]
      ),
      ([10], -5, ["it ended 5s before its start: the clocks differed"]),
      (
        [100, 40, 50], nil,
        [
          """
          the times of its checkpoints go back once, by up to 1m\u{A0}0s: a clock was changed, or \
          several recorded
          """
        ]
      ),
      (
        [100, 40, 50, 45, 60], nil,
        [
          """
          the times of its checkpoints go back 2 times, by up to 1m\u{A0}0s: a clock was changed, or \
          several recorded
          """
        ]
      ),
    ] as [([Double], Double?, [String])])
  func `names times that contradict each other`(
    seconds: [Double], end: Double?, expected: [String]
  ) throws {
    #expect(
      Self.reasons(Self.experiment(checkpointsAfter: seconds, endedAfter: end)) == expected)
  }

  @Test func `names checkpoints of one id, which are one place to link to`() async throws {
    var experiment = Self.experiment(checkpointsAfter: [10, 20])
    var third = experiment.checkpoints[1]
    third.created = Timestamp(nanoseconds: third.created.nanoseconds + 1_000_000_000)
    experiment.checkpoints.append(third)
    #expect(
      Self.reasons(experiment) == ["1 of 3 checkpoints has the id of another one"])
    let folder = TemporaryFolder()
    let input = ReportInput(experiments: [experiment, experiment], now: third.created)
    _ = try await Report(input: input).write(to: folder.path)
    let site = try SiteListing(folder.path)
    let page = try #require(site.files.keys.first { $0.hasPrefix("e/") })
    let ids = site.text(page).split(separator: " id=\"").dropFirst().map {
      $0.prefix { $0 != "\"" }
    }
    #expect(Set(ids).count == ids.count, "\(ids)")
    #expect(ids.count { $0.hasPrefix("k-") } == 2)
    #expect(site.text("index.html").contains("1 experiment "), "the same one twice")
  }

  @Test func `has what is not shown apart from what is, by file and number of line`() async throws {
    let lines = [
      "[x](experiment:zz)", "", "![y](experiment:zz/y.png)", "", "```chart", "metric: no",
    ]
    let text = lines + ["```"] + Array(repeating: "", count: 3) + ["[z](experiment:zz)"]
    let input = ReportInput(
      experiments: [Self.experiment(checkpointsAfter: [10])],
      problems: [Problem(place: "notes", reason: "x"), Problem(place: "notes.md:x1", reason: "x")],
      projectNotes: [ProjectNote(fileName: "a.md", markdown: text.joined(separator: "\n"))],
      now: Timestamp(nanoseconds: 0))
    let folder = TemporaryFolder()
    let summary = try await Report(input: input).write(to: folder.path)
    #expect(summary.warnings.count == 4)
    let page = try SiteListing(folder.path).main(of: "health.html")
    let rows = page.split(separator: "<tr><th scope=\"row\">").dropFirst().map { row in
      let place = row.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }
      return "\(place) \(row.contains(">the rest is shown<"))"
    }
    #expect(
      rows == [
        "a.md:1 true", "a.md:3 false", "a.md:6 false", "a.md:11 true", "notes false",
        "notes.md:x1 false",
      ])
    #expect(page.contains("6 problems, of which 4 hide a whole file,"))
  }

  @Test func `compares no time that could not be read`() throws {
    var experiment = Self.experiment(checkpointsAfter: [10, 20], endedAfter: 30)
    experiment.created = Timestamp(nanoseconds: 0)
    #expect(Self.reasons(experiment) == [])
    let context = try SiteContext(
      ReportInput(experiments: [experiment], now: experiment.lastActivity), ReportOptions())
    #expect(context.overview.experiments.map(\.duration) == [nil])
    let row = ExperimentRows(context, sizes: [nil]).row(0).text
    #expect(row.contains("<td class=\"none text\">–</td>") && !row.contains("1970"))
  }
}
