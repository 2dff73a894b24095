import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Hostile names` {
  static let names = [
    "\"><script>alert(1)</script>", "\" onmouseover=\"x", "{{7*7}}", "{{{title}}}", "</title><b>",
    "💥 emoji 👩‍👩‍👧", String(repeating: "n", count: 300), "a_b", "ab", "=HYPERLINK(1)", "a,b\"c\nd",
    "\u{0}\u{1}\u{7F}control", "../../etc/passwd", "--", "&amp;", "\u{202E}backwards",
  ]

  private static func experiments() -> [Experiment] {
    var random = SeededGenerator(seed: 9)
    return names.enumerated().map { index, name in
      var experiment = Experiment(
        id: ExperimentID(Identifier(using: &random)),
        created: Timestamp(nanoseconds: Int64(index) * 1_000_000_000_000),
        params: NamedValues(names.map { JSONMember($0, .string("\($0) \(index)")) }))
      experiment.command = name
      experiment.user = name
      experiment.host = name
      experiment.path = name
      experiment.packages = NamedValues([JSONMember(name, .string(name))])
      experiment.git = GitState(commit: name, branch: name, remote: name, isDirty: true)
      for step in 0..<3 {
        experiment.checkpoints.append(
          Checkpoint(
            id: CheckpointID(Identifier(using: &random)), created: experiment.created,
            step: Int64(step), path: name,
            metrics: NamedValues(names.map { JSONMember($0, .number(Double(step))) }),
            primaryMetric: .maximize(name)))
      }
      return experiment
    }
  }

  @Test func `are shown as text on every page`() async throws {
    let folder = TemporaryFolder()
    let experiments = Self.experiments()
    var options = ReportOptions()
    options.title = Self.names[0]
    let input = ReportInput(
      experiments: experiments,
      problems: Self.names.map { Problem(place: $0, reason: $0) },
      notes: Dictionary(uniqueKeysWithValues: zip(experiments.map(\.id), Self.names)),
      projectNotes: Self.names.map { ProjectNote(fileName: $0, markdown: $0) },
      repositoryLabel: Self.names[0], now: Timestamp(nanoseconds: 0))
    _ = try await Report(input: input, options: options).write(to: folder.path)
    let listing = try SiteListing(folder.path)
    for (path, _) in listing.files where path.hasSuffix(".html") {
      let text = listing.text(path)
      #expect(!text.contains("<script>alert"), "\(path)")
      #expect(!text.contains("\" onmouseover="), "\(path)")
      #expect(!text.contains("</title><b>"), "\(path)")
      #expect(text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A || $0 == 0x09 }, "\(path)")
      #expect(!text.contains(">49<"), "\(path)")
      #expect(!text.unicodeScalars.contains("\u{202E}"), "\(path)")
    }
    #expect(listing.text("index.html").contains("{{7*7}}"))
    #expect(listing.text("index.html").contains("[U+202E]backwards"))
    #expect(listing.brokenLinks == [])
    for path in listing.files.keys { #expect(ManifestEntry.isSafe(path: path), "\(path)") }
    for (path, bytes) in listing.files where path.hasSuffix(".js") && path.hasPrefix("data/") {
      #expect(!bytes.contains(UInt8(ascii: "<")), "\(path)")
    }
  }

  @Test func `in lists and objects are escaped for HTML, for scripts only in scripts`() {
    let value: JSONValue = .array([.string("a<b & \"c\""), .object([JSONMember("<k>", 1)])])
    var (page, script) = (ByteBuffer(), ByteBuffer())
    page.append(param: value)
    script.append(json: value)
    #expect(
      page.text
        == "[&quot;a&lt;b &amp; \\&quot;c\\&quot;&quot;,{&quot;&lt;k&gt;&quot;:1}]")
    #expect(
      script.text == "[\"a\\u003cb \\u0026 \\\"c\\\"\",{\"\\u003ck\\u003e\":1}]")
  }

  @Test func `that are long break over columns, and keep their start and end when very long`() {
    var buffer = ByteBuffer()
    buffer.append(columnName: "model.encoder.attention.output_probability")
    buffer.append(columnName: String(repeating: "x", count: 40) + String(repeating: "y", count: 40))
    buffer.append(paramCell: .string("organisation/a-model-with-a-long-name-v2-instruct"))
    buffer.append(name: "validation/top_5_accuracy")
    #expect(
      buffer.text == """
        <span class="name" title="model.encoder.attention.output_probability">model.<wbr>encoder.<wbr>\
        attention.<wbr>output_<wbr>probability</span><span class="name" \
        title="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy">\
        xxxxxxxxxxxxxxxxxx…yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy</span><td class="text" title="organisation/a-model-with-a-long-name-v2-instruct">\
        organisation/a…-name-v2-instruct</td>validation/<wbr>top_<wbr>5_<wbr>accuracy
        """)
  }

  @Test func `do not become formulas or break rows in CSV`() {
    var buffer = ByteBuffer()
    for text in ["=1+1", "@x", "-3.5", "-x", "a,b", "a\"b", "a\nb", "plain"] {
      buffer.append(csv: text)
      buffer.append("|")
    }
    #expect(buffer.text == "'=1+1|'@x|-3.5|'-x|\"a,b\"|\"a\"\"b\"|\"a\nb\"|plain|")
  }
}
