import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Notes` {
  private static let experiments = SampleExperiments(6, checkpoints: 8).experiments
  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]

  /// Files by `snapshot/path`.
  private struct Snapshots: SnapshotSource {
    var files: [String: [UInt8]] = [:]
    func index(of snapshot: SnapshotID) async -> FileIndex? { nil }
    func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
      files["\(snapshot)/\(path)"]
    }
  }

  private func compile(
    _ markdown: String, about experiment: Int? = nil, files: [String: [UInt8]] = [:]
  ) async throws -> CompiledNote {
    let input = ReportInput(
      experiments: Self.experiments, snapshots: Snapshots(files: files),
      now: Timestamp(nanoseconds: 1_800_000_000_000_000_000))
    let context = try SiteContext(input, ReportOptions())
    return try await NoteCompiler(context).compile(
      NoteSource(
        place: "notes/a.md", markdown: markdown, experiment: experiment, root: "../",
        idPrefix: "note"))
  }

  @Test func `start two heading levels below the page's`() async throws {
    let note = try await compile("# One\n\n## Two\n\n### Three\n\n# One")
    #expect(
      note.html.text == "<h3>One</h3>\n<h4>Two</h4>\n<h5>Three</h5>\n<h3>One</h3>\n")
  }

  @Test func `skip no heading level`() async throws {
    let note = try await compile("## Two\n\n##### Five\n\n# One")
    #expect(note.html.text == "<h3>Two</h3>\n<h4>Five</h4>\n<h3>One</h3>\n")
  }

  @Test func `keep raw HTML off`() async throws {
    let note = try await compile("<script>alert(1)</script>\n\na <b onclick=x>b</b> <!-- c -->")
    #expect(!note.html.text.contains("<script"))
    #expect(!note.html.text.contains("onclick"))
    #expect(note.problems == [])
  }

  @Test(arguments: [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "file:///etc/passwd", "data:text/html,x",
    "vbscript:x", "other.md", "/etc/passwd", "../x.html",
  ])
  func `do not link to what is no page`(destination: String) async throws {
    let note = try await compile("[text](\(destination))")
    #expect(!note.html.text.contains("<a "))
    #expect(note.html.text.contains(">text</span>"))
    #expect(note.problems.count == 1)
  }

  @Test func `link to other sites and into themselves`() async throws {
    let note = try await compile("[a](https://example.com/?a=1&b=2) [b](#x) <me@example.com>")
    #expect(note.html.text.contains("<a href=\"https://example.com/?a=1&amp;b=2\">a</a>"))
    #expect(note.html.text.contains("<a href=\"#x\">b</a>"))
    #expect(note.problems == [])
  }

  @Test func `link to experiments and checkpoints by the beginning of their identifiers`()
    async throws
  {
    let experiment = Self.experiments[2]
    let checkpoint = experiment.checkpoints.ids[3]
    let note = try await compile(
      "<experiment:\(experiment.id.short)> [there](checkpoint:\(checkpoint.short))")
    let page = "../e/\(experiment.id.description.prefix(12)).html"
    #expect(note.html.text.contains("<a href=\"\(page)\">\(experiment.id.short)</a>"))
    let anchor = "\(page)#k-\(checkpoint.description.prefix(12))"
    #expect(note.html.text.contains("<a href=\"\(anchor)\">there</a>"))
    #expect(note.problems == [])
  }

  @Test func `name the file and the line of what does not resolve`() async throws {
    let note = try await compile("fine\n\nnot [this](experiment:0000000000)")
    let problem = try #require(note.problems.first)
    #expect(problem.place == "notes/a.md:3")
    #expect(problem.reason == "experiment:0000000000 matches nothing in this report")
    #expect(problem.isHarmless)
    #expect(note.html.text.contains("<span class=\"unresolved\""))
  }

  @Test func `never load pictures from elsewhere`() async throws {
    let note = try await compile("![plot](https://example.com/x.png)")
    #expect(note.html.text == "<p><a href=\"https://example.com/x.png\">plot</a></p>\n")
    let nested = try await compile("[![plot](https://example.com/x.png)](https://example.com)")
    #expect(nested.html.text == "<p><a href=\"https://example.com\">plot</a></p>\n")
  }

  @Test func `show pictures of snapshots`() async throws {
    let experiment = Self.experiments[0]
    let best = try #require(experiment.best)
    let own = try await compile(
      "![curve](plots/curve.png)", about: Self.position(of: experiment),
      files: ["\(best.id)/plots/curve.png": Self.png])
    #expect(own.problems == [])
    #expect(own.files.map(\.bytes) == [Self.png])
    let path = try #require(own.files.first?.path)
    #expect(own.html.text.contains("<img src=\"../\(path)\" alt=\"curve\""))
    let other = try await compile(
      "![](experiment:\(experiment.id.short)/a.png)", files: ["\(experiment.id)/a.png": Self.png])
    #expect(other.files.count == 1)
  }

  @Test(arguments: ["<svg xmlns='http://www.w3.org/2000/svg'/>", "MZ", ""])
  func `refuse pictures that could carry a script`(content: String) async throws {
    let experiment = Self.experiments[0]
    let note = try await compile(
      "![](experiment:\(experiment.id.short)/a.png)",
      files: ["\(experiment.id)/a.png": Array(content.utf8)])
    #expect(note.files.isEmpty)
    let end = "is no PNG, JPEG, GIF or WebP picture"
    #expect(note.problems.map { $0.reason.hasSuffix(end) } == [true])
  }

  @Test func `say that a picture is missing`() async throws {
    let path = "experiment:\(Self.experiments[0].id.short)/a.png"
    let note = try await compile("![](\(path))")
    #expect(
      note.problems.map(\.reason) == [
        "\(path) is missing from the snapshots that are at hand, or has more than 8 MB"
      ])
  }

  @Test func `turn chart blocks into charts`() async throws {
    let note = try await compile(
      "```chart\nmetric: train_loss\nfilter: optimizer = adam\nlimit: 2\n```")
    #expect(note.problems == [])
    #expect(note.html.text.contains("<figure class=\"chart line-chart\" id=\"note-1\""))
    #expect(!note.html.text.contains("<pre"))
  }

  @Test func `draw charts over time where a block asks for it`() async throws {
    let note = try await compile("```chart\nmetric: train_loss\nx: time\n```")
    #expect(note.html.text.contains(" data-unit=\""))
    #expect(note.problems.isEmpty)
    let other = try await compile("```chart\nmetric: train_loss\nx: epoch\n```")
    #expect(other.problems.map(\.reason).contains { $0.contains("x must be step or time") })
  }

  @Test func `say which part of the experiments a chart shows`() async throws {
    let best = try await compile("```chart\nmetric: train_loss\nlimit: 4\n```")
    #expect(best.html.text.contains(">4 series: the best 4 of 6 experiments by val_loss. "))
    let ids = Self.experiments.prefix(3).map(\.id.short).joined(separator: ", ")
    let first = try await compile("```chart\nexperiments: \(ids)\nlimit: 2\n```")
    #expect(first.html.text.contains(">2 series: the first 2 of 3 experiments. "))
    let single = try await compile("```chart\nlimit: 1\n```")
    #expect(single.html.text.contains(" Shown: the best 1 of 6 experiments by val_loss."))
    let all = try await compile("```chart\nexperiments: \(ids)\n```")
    #expect(all.html.text.contains(">3 series. "))
  }

  @Test func `turn table and diff blocks into tables`() async throws {
    let ids = Self.experiments.prefix(2).map(\.id.short).joined(separator: ", ")
    let table = try await compile("```table\ncolumns: learning_rate, val_loss\n```")
    #expect(table.problems == [])
    #expect(
      table.html.text.contains(
        "<th scope=\"col\" class=\"number\"><span class=\"name\">learning_rate</span></th>"))
    let diff = try await compile("```diff\nexperiments: \(ids)\n```")
    #expect(diff.problems == [])
    #expect(diff.html.text.contains("class=\"compare-table\""))
  }

  @Test func `keep a block that makes no sense, and say why`() async throws {
    let note = try await compile("a\n\n```chart\nmetric: train_loss\nmetrik: x\n```")
    #expect(note.problems.map(\.place) == ["notes/a.md:5"])
    #expect(note.html.text.contains("<pre tabindex=\"0\"><code class=\"language-chart\">"))
    let missing = try await compile("```chart\nmetric: nope\n```")
    #expect(missing.problems.map(\.reason) == ["none of these experiments has the metric nope"])
  }

  @Test func `name columns and filters that nothing has`() async throws {
    let table = try await compile("```table\ncolumns: lerning_rate, val_loss, status\n```")
    #expect(table.problems.map(\.place) == ["notes/a.md:2"])
    #expect(
      table.problems.map(\.reason) == [
        """
        no experiment here has a param or metric called lerning_rate (did you mean learning_rate?)
        """
      ])
    #expect(table.html.text.contains("<table>"), "the other columns are there")
    #expect(table.html.text.contains("<p class=\"unresolved-block\">no experiment here has"))
    let other = try await compile("```table\nfilter: optimzer != adam\n```")
    #expect(other.problems.map(\.place) == ["notes/a.md:2"])
    #expect(other.html.text.contains("<table>"))
    let none = try await compile("```chart\nmetric: val_loss\nfilter: zzz = 1\n```")
    #expect(none.problems.map(\.place) == ["notes/a.md:3"])
    #expect(
      none.problems.map(\.reason) == ["no experiment here has a param or metric called zzz"])
    #expect(none.html.text.contains("<pre "), "the block stays as it was written")
    #expect(try await compile("```table\nfilter: zzz = null\n```").problems == [])
  }

  @Test func `survive deep nesting and control characters`() async throws {
    let deep = String(repeating: "> ", count: 5_000) + "a"
    #expect(try await compile(deep).problems == [])
    let note = try await compile("a\u{0}b\u{1}c\u{B}")
    #expect(note.html.text == "<p>abc</p>\n")
  }

  private static func position(of experiment: Experiment) -> Int? {
    experiments.sorted { $0.created > $1.created }.firstIndex { $0.id == experiment.id }
  }
}
