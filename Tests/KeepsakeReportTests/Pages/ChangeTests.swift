import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Differences between experiments` {
  private struct Snapshots: SnapshotSource {
    static func content(_ snapshot: SnapshotID) -> [UInt8] {
      Array("import torch\nlr = \(snapshot.description.prefix(4))\n<script>\n".utf8)
    }
    func index(of snapshot: SnapshotID) async -> FileIndex? {
      FileIndex([
        SnapshotFile(
          path: "train.py", byteCount: 30, mode: 0o644,
          digest: ContentDigest(snapshot.description))
      ])
    }
    func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
      path == "train.py" ? Self.content(snapshot) : nil
    }
  }

  @Test func `show the lines of saved files that changed`() async throws {
    let folder = TemporaryFolder()
    let experiments = SampleExperiments(3, checkpoints: 4).experiments
    _ = try await Report(
      input: ReportInput(
        experiments: experiments, snapshots: Snapshots(), now: Timestamp(nanoseconds: 0))
    ).write(to: folder.path)
    let listing = try SiteListing(folder.path)
    let own = experiments[0].id.description
    let page = listing.text("e/\(own.prefix(12)).html")
    #expect(page.contains("<ins>+lr = \(own.prefix(4))</ins>"))
    #expect(page.contains("<span class=\"added\">+1</span>"))
    #expect(page.contains(" &lt;script&gt;\n"))
    #expect(listing.brokenLinks == [])
  }

  @Test func `are found file by file`() {
    func file(_ path: String, _ digit: String) -> SnapshotFile {
      SnapshotFile(
        path: path, byteCount: 1, mode: 0o644,
        digest: ContentDigest(String(repeating: digit, count: 64)))
    }
    let changes = FileChange.changes(
      from: FileIndex([file("a", "1"), file("b", "1"), file("d", "1")]),
      to: FileIndex([file("a", "1"), file("b", "2"), file("c", "1")]))
    #expect(changes.map(\.path) == ["a", "b", "c", "d"])
    #expect(changes.map(\.change) == [.same, .changed, .new, .removed])
  }

  @Test func `have no digits that are only noise`() {
    #expect(Highlights.plain(0.3 - 0.2, near: 0.3) == 0.1)
    #expect(Highlights.plain(1e-7, near: 1) == 1e-7)
  }
}

@Suite struct `Charts of an experiment` {
  private func markup(_ names: [String]) -> String {
    var random = SeededGenerator(seed: 4)
    var experiment = Experiment(
      id: ExperimentID(Identifier(using: &random)), created: Timestamp(nanoseconds: 0))
    for step in 0..<3 {
      experiment.checkpoints.append(
        Checkpoint(
          id: CheckpointID(Identifier(using: &random)), created: experiment.created,
          step: Int64(step),
          metrics: NamedValues(names.map { JSONMember($0, .number(Double(step))) }),
          primaryMetric: .minimize("val/loss")))
    }
    let summary = ExperimentSummary(
      experiment, stem: "x", shortID: "x", now: experiment.created, siteMetric: nil,
      isMetricForced: false)
    return MetricCharts(summary, options: ReportOptions()).markup.text
  }

  @Test func `stand in groups after the prefix of their names, the primary metric first`() {
    let text = markup(["train/loss", "train/acc", "val/loss", "val/acc", "val/f1", "lr"])
    let headings = text.split(separator: "</h2>").dropLast()
      .compactMap { $0.split(separator: ">").last }
    #expect(headings == ["train", "val"])
    let titles = text.split(separator: "data-metric=\"").dropFirst().map {
      $0.prefix { $0 != "\"" }
    }
    #expect(titles == ["val/loss", "lr", "train/acc", "train/loss", "val/acc", "val/f1"])
  }

  @Test func `are at most 40, and the others have a line each`() {
    let names = (0..<300).map { "layer\($0 / 10 + 10)/w\($0 % 10)" }
    let text = markup(names + ["val/loss"])
    #expect(text.split(separator: "<figure ").count == 41)
    #expect(text.contains("<summary>9 more metrics of layer39</summary>"))
    #expect(text.split(separator: "<tr><th scope=\"row\">layer").count == 262)
    #expect(text.contains("<a href=\"#g-layer39-"))
    #expect(text.utf8.count < 450_000)
  }
}
