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
    func file(_ path: String, _ digit: String, mode: UInt32 = 0o644) -> SnapshotFile {
      SnapshotFile(
        path: path, byteCount: 1, mode: mode,
        digest: ContentDigest(String(repeating: digit, count: 64)))
    }
    let changes = FileChange.changes(
      from: FileIndex([file("a", "1"), file("b", "1"), file("d", "1"), file("e", "1")]),
      to: FileIndex([file("a", "1"), file("b", "2"), file("c", "1"), file("e", "1", mode: 0o755)]))
    #expect(changes.map(\.path) == ["a", "b", "c", "d", "e"])
    #expect(changes.map(\.change) == [.same, .changed, .new, .removed, .permissions])
  }

  @Test func `tell other permissions from other content`() async throws {
    struct Files: SnapshotSource {
      var first: SnapshotID
      func index(of snapshot: SnapshotID) async -> FileIndex? {
        FileIndex([
          SnapshotFile(
            path: "run.sh", byteCount: 1, mode: snapshot == first ? 0o755 : 0o644,
            digest: ContentDigest(String(repeating: "1", count: 64)))
        ])
      }
      func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? { nil }
    }
    let folder = TemporaryFolder()
    let experiments = SampleExperiments(2, checkpoints: 4).experiments
    _ = try await Report(
      input: ReportInput(
        experiments: experiments, snapshots: Files(first: .experiment(experiments[0].id)),
        now: Timestamp(nanoseconds: 0))
    ).write(to: folder.path)
    let page = try SiteListing(folder.path)
      .text("e/\(experiments[0].id.description.prefix(12)).html")
    #expect(
      page.contains(
        """
        <code>run.sh</code></th><td class="text">permissions 755</td>\
        <td class="text">permissions 644</td></tr>
        """))
    #expect(!page.contains("different content"))
  }

  @Test func `say which files are compared`() async throws {
    struct Files: SnapshotSource {
      var first: SnapshotID
      func index(of snapshot: SnapshotID) async -> FileIndex? {
        let file = SnapshotFile(
          path: "only.py", byteCount: 1, mode: 0o644, digest: ContentDigest(snapshot.description))
        return FileIndex(snapshot == first ? [file] : [])
      }
      func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? { nil }
    }
    let folder = TemporaryFolder()
    let experiments = SampleExperiments(3, checkpoints: 4).experiments
    let files = Files(first: .experiment(experiments[0].id))
    _ = try await Report(
      input: ReportInput(
        experiments: experiments, snapshots: files, now: Timestamp(nanoseconds: 0))
    ).write(to: folder.path)
    let page = try SiteListing(folder.path).main(
      of: "e/\(experiments[0].id.description.prefix(12)).html")
    #expect(page.contains("<td class=\"kind\">File at start</td>"))
    #expect(page.contains("<td class=\"text\">has it</td><td class=\"none\">not there</td>"))
    #expect(page.contains("those saved at the start are compared, not those of checkpoints"))
  }

  @Test func `fold long values away, which start and end as they do`() {
    func cell(_ value: JSONValue) -> String {
      var buffer = ByteBuffer()
      buffer.append(diffCell: value)
      return buffer.text
    }
    let short = "<" + String(repeating: "x", count: 290)
    #expect(cell(.string(short)) == "<td class=\"text\">&lt;\(short.dropFirst())</td>")
    let long = "<" + String(repeating: "a", count: 200) + String(repeating: "b", count: 200) + ">"
    let (start, end) = (String(repeating: "a", count: 59), String(repeating: "b", count: 59))
    #expect(
      cell(.string(long)) == """
        <td class="text"><details><summary>&lt;\(start)…\(end)&gt;</summary>\
        &lt;\(long.dropFirst().dropLast())&gt;</details></td>
        """)
  }

  @Test func `have no digits that are only noise`() {
    #expect(Highlights.plain(0.3 - 0.2, near: 0.3) == 0.1)
    #expect(Highlights.plain(1e-7, near: 1) == 1e-7)
  }
}

@Suite struct `Files of compared experiments` {
  private static func file(_ path: String, _ digit: Int, byteCount: Int64 = 10) -> SnapshotFile {
    SnapshotFile(
      path: path, byteCount: byteCount, mode: 0o644,
      digest: ContentDigest(String(repeating: "\(digit)", count: 64)))
  }

  /// Three experiments, of which the last saved nothing.
  private struct Snapshots: SnapshotSource {
    var lists: [ExperimentID: FileIndex]
    func index(of snapshot: SnapshotID) async -> FileIndex? {
      guard case .experiment(let id) = snapshot else { return nil }
      return lists[id]
    }
    func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
      guard let file = await index(of: snapshot)?.files.first(where: { $0.path == path }) else {
        return nil
      }
      return Array("import torch\nkey <\(file.digest?.hex.prefix(1) ?? "")>\n".utf8)
    }
  }

  private func rows(_ files: ComparedFiles) -> String {
    var buffer = ByteBuffer()
    _ = files.appendRows(to: &buffer)
    return buffer.text
  }

  @Test func `have a row where they differ, and the same letter where they are the same`() {
    let same = (0..<3).map { Self.file("data/\($0).csv", 7) }
    let files = ComparedFiles([
      (true, FileIndex(same + [Self.file("a.py", 1), Self.file("b.py", 1)])),
      (true, FileIndex(same + [Self.file("a.py", 2)])),
      (true, FileIndex(same + [Self.file("a.py", 1), Self.file("b.py", 1)])),
      (false, nil),
    ])
    #expect(files.rows.map(\.path) == ["a.py", "b.py"])
    #expect(files.rows.map(\.versions) == [[0, 1, 0, nil], [0, nil, 0, nil]])
    #expect(files.sameCount == 3)
    let text = rows(files)
    var legend = ByteBuffer()
    files.appendLegend(to: &legend)
    #expect(legend.text.contains("2 differ, 3 are the same; in a row, equal letters are"))
    #expect(text.contains("<td class=\"text\"><b>B</b> <code>2222222</code> 10\u{A0}B</td>"))
    #expect(text.contains("<td class=\"none\">–</td>") && text.contains("none saved"))
    #expect(!text.contains("data/0.csv"))
  }

  @Test func `are one row among the same where all are the same`() {
    let list = FileIndex([Self.file("a.py", 1)])
    var buffer = ByteBuffer()
    #expect(ComparedFiles([(true, list), (true, list)]).appendRows(to: &buffer) == 1)
    #expect(buffer.text.contains("<tr class=\"same\"><th scope=\"row\">all files</th>"))
    #expect(ComparedFiles([(false, nil), (false, nil)]).appendRows(to: &buffer) == 0)
  }

  @Test func `are named up to the fiftieth, and escaped`() {
    let many = (0..<60).map { Self.file("<b>\($0 + 10)", 1) }
    let text = rows(ComparedFiles([(true, FileIndex(many)), (true, FileIndex([]))]))
    #expect(text.split(separator: "<code>&lt;b&gt;").count == 51)
    #expect(text.contains("and 10 more</th>") && !text.contains("<b>1"))
  }

  @Test func `are on pages that compare and in notes, with the lines that changed`() async throws {
    let folder = TemporaryFolder()
    let experiments = SampleExperiments(3, checkpoints: 4).experiments
    let token = "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789"
    let lists = experiments.enumerated().map { index, experiment in
      (
        experiment.id,
        FileIndex([
          Self.file("train.py", min(index, 1)),
          Self.file("weights.bin", index, byteCount: 9_999_999),
          Self.file("\(token).txt", index),
        ])
      )
    }
    let ids = experiments.map { "\($0.id)" }.joined(separator: ", ")
    let note = "```diff\nexperiments: \(ids)\n```\n"
    _ = try await Report(
      input: ReportInput(
        experiments: experiments, projectNotes: [ProjectNote(fileName: "a.md", markdown: note)],
        snapshots: Snapshots(lists: Dictionary(uniqueKeysWithValues: lists)),
        now: Timestamp(nanoseconds: 0))
    ).write(to: folder.path)
    let listing = try SiteListing(folder.path)
    for path in ["compare/best.html", "index.html"] {
      let page = listing.main(of: path)
      #expect(page.contains("<code>train.py</code></th><td class=\"text\"><b>A</b>"))
      #expect(page.contains("<code>weights.bin</code></th>"))
      #expect(page.contains("<summary><code>train.py</code> A → B <span class=\"added\">+1</span>"))
      #expect(page.contains("<ins>+key &lt;"))
      #expect(!page.contains("<summary><code>weights.bin"))
      #expect(!page.contains(token))
    }
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

@Suite struct `The order of metrics` {
  @Test func `starts with the primary one, its group and those of no group`() {
    let names = ["b/x10", "b/x9", "a/y", "val/acc", "val/loss", "lr", "epoch", "b/x02"]
    #expect(
      MetricOrder.sorted(names, primary: "val/loss") == [
        "val/loss", "val/acc", "epoch", "lr", "a/y", "b/x02", "b/x9", "b/x10",
      ])
    #expect(
      MetricOrder.sorted(names, primary: nil) == [
        "epoch", "lr", "a/y", "b/x02", "b/x9", "b/x10", "val/acc", "val/loss",
      ])
  }

  @Test func `takes one of each group before it takes the second`() {
    let names = ["a/1", "a/2", "a/3", "b/1", "b/2", "c/1", "loss", "lr"]
    #expect(
      MetricOrder.byImportance(names, primary: "loss") == [
        "loss", "lr", "a/1", "b/1", "c/1", "a/2", "b/2", "a/3",
      ])
    #expect(MetricOrder.first(4, of: names, primary: "a/2") == ["a/2", "a/1", "a/3", "loss"])
    #expect(
      MetricOrder.first(6, of: names, primary: "loss") == [
        "loss", "lr", "a/1", "a/2", "b/1", "c/1",
      ])
  }

  @Test func `counts numbers as numbers, of whatever length`() {
    let long = String(repeating: "9", count: 400)
    let sorted = ["a", "a1", "a01", "a1b", "a2", "a10", "a\(long)", "a1\(long)", "b"]
    for (index, name) in sorted.enumerated() {
      for (other, next) in sorted.enumerated() where !(1...2).contains(index) {
        #expect(name.naturallyPrecedes(next) == (index < other), "\(name) \(next)")
      }
    }
    #expect("a01".naturallyPrecedes("a1"))
    #expect(!"a1".naturallyPrecedes("a01"))
  }
}
