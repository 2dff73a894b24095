import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `The summary for a job` {
  /// Experiments whose ids start with their number, the first the oldest, with one checkpoint each.
  private func experiments(
    _ count: Int, params: (Int) -> NamedValues, loss: (Int) -> Double?
  ) throws -> [Experiment] {
    var random = SeededGenerator(seed: 6)
    return try (0..<count).map { index in
      let digits = String(index, radix: 16)
      let id = try #require(
        ExperimentID(digits + String(repeating: "0", count: 64 - digits.count)))
      let created = Timestamp(nanoseconds: 1_795_165_200_000_000_000 + Int64(index) * 1_000_000_000)
      var experiment = Experiment(id: id, created: created, params: params(index))
      experiment.ending = Ending(outcome: .finished, time: created, exitCode: 0)
      if let loss = loss(index) {
        experiment.checkpoints.append(
          Checkpoint(
            id: CheckpointID(Identifier(using: &random)), created: created, step: 7,
            metrics: ["loss": loss], primaryMetric: .minimize("loss")))
      }
      return experiment
    }
  }

  private func summary(_ experiments: [Experiment], baseline: Int? = nil) throws -> String {
    var options = ReportOptions()
    options.title = "Iris"
    options.baseline = baseline.map { experiments[$0].id }
    let input = ReportInput(experiments: experiments, now: Timestamp(nanoseconds: 0))
    let context = try SiteContext(input, options)
    let summary = JobSummary(context, seeds: SeedGroups(context.overview))
    return String(decoding: summary.file.bytes, as: UTF8.self)
  }

  @Test func `leads with the best experiment and the newest`() throws {
    let losses = [0.5, 0.125, 0.25, 0.375]
    let text = try summary(
      try experiments(4, params: { ["rate": $0, "opt": "a|`b"] }, loss: { losses[$0] }))
    #expect(
      text == """
        ## `Iris`

        4 experiments.

        Best is `1000000` with `loss` **0.1250** at step 7, 0.1250 lower than the next, `2000000`. \
        It differs in `rate` **1** (2).

        The newest, `3000000`, has `loss` **0.3750** at step 7: 3rd of 4, 0.2500 higher than the best.

        The best by `loss`, lowest first:

        | | experiment | status | `loss` | step | `rate` |
        | ---: | --- | --- | ---: | ---: | ---: |
        | 1 | **`1000000`** | finished | 0.1250 | 7 | 1 |
        | 2 | `2000000` | finished | 0.2500 | 7 | 2 |
        | 3 | `3000000` | finished | 0.3750 | 7 | 3 |
        | 4 | `0000000` | finished | 0.5000 | 7 | 0 |

        """)
  }

  @Test func `says so where the newest is the best, or has no value`() throws {
    let best = try summary(
      try experiments(3, params: { ["rate": $0] }, loss: { 1 / Double($0 + 2) }))
    #expect(best.contains("\nThe newest, `2000000`, is the best of 3.\n"))
    var list = try experiments(3, params: { ["rate": $0] }, loss: { $0 == 2 ? nil : 0.5 })
    list[2].ending = Ending(outcome: .failed, time: list[2].created, exitCode: 1)
    #expect(try summary(list).contains("\nThe newest, `2000000` (failed), has no `loss`.\n"))
  }

  @Test func `compares with the baseline, which is listed wherever it stands`() throws {
    let text = try summary(
      try experiments(13, params: { _ in [:] }, loss: { $0 == 0 ? 0.25 : Double($0) / 2 }),
      baseline: 12)
    #expect(
      text.contains("with `loss` **0.2500** at step 7, 5.750 lower than the baseline `c000000`."))
    #expect(text.contains("| | experiment | status | `loss` | Δ baseline | step |\n"))
    #expect(text.contains("| 1 | **`0000000`** | finished | 0.2500 | −5.750 | 7 |\n"))
    #expect(
      text.hasSuffix(
        """
        | 10 | `9000000` | finished | 4.500 | −1.500 | 7 |
        | 13 | `c000000` baseline | finished | 6 | 0 | 7 |

        """))
  }

  @Test func `sums up runs over seeds`() throws {
    let text = try summary(
      try experiments(
        6, params: { ["model": $0 < 3 ? "a|b" : "c", "seed": $0 % 3] },
        loss: { 0.5 + Double($0) / 8 }))
    #expect(
      text.hasSuffix(
        """
        Mean ± standard deviation (n − 1) of runs that differ in `seed` alone, the best first:

        | | `loss` | n | best run | `model` |
        | ---: | ---: | ---: | --- | --- |
        | 1 | 0.6250 ± 0.1250 | 3 | `0000000` | `a\\|b` |
        | 2 | 1 ± 0.1250 | 3 | `3000000` | `c` |

        """))
  }

  @Test func `stays below what a comment may have, and keeps code spans whole`() throws {
    let text = try summary(
      try experiments(
        12,
        params: { index in
          NamedValues(
            (0..<9).map {
              JSONMember("p\($0)" + String(repeating: "`|\n", count: 90), .string("``|\(index)"))
            })
        }, loss: { Double($0) }))
    #expect(text.utf8.count < 65536)
    #expect(text.contains("| ``` ``\\|3 ``` |"))
  }
}
