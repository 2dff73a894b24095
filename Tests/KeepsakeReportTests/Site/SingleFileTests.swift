import FoundationEssentials
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Markup in another document` {
  private func moved(_ markup: String) -> String {
    let transplant = MarkupTransplant(prefix: "a--") { link in
      switch link {
      case "b.html": .place("b")
      case "x.png": .picture("data:,x")
      default: nil
      }
    }
    return String(decoding: transplant.moved(Array(markup.utf8)[...]), as: UTF8.self)
  }

  @Test func `has ids of its own, and what refers to them follows`() {
    #expect(
      moved(#"<p id="x" aria-labelledby="y z">text id="x"</p>"#)
        == #"<p id="a--x" aria-labelledby="a--y a--z">text id="x"</p>"#)
    #expect(moved(#"<g clip-path="url(#c)"/>"#) == #"<g clip-path="url(#a--c)"/>"#)
  }

  @Test func `leads to where the other pages went`() {
    #expect(moved(#"<a class="id" href="b.html">b</a>"#) == ##"<a class="id" href="#b">b</a>"##)
    #expect(moved(#"<img src="x.png">"#) == #"<img src="data:,x">"#)
    #expect(
      moved(#"<a href="https://e.org/?a=b&amp;c">"#) == #"<a href="https://e.org/?a=b&amp;c">"#)
  }

  @Test(arguments: [
    "", "<", "a < b", "<br>", "<input checked>", "<p =>", "<p a=", "<p a=\"", "<!-- <a -->", "</p>",
  ])
  func `that is no attribute stays as it is`(markup: String) {
    #expect(moved(markup).hasPrefix(markup.filter { $0 != "\"" }.prefix(3)))
  }

  @Test func `may have other quotes or none`() {
    #expect(moved("<a href='b.html' id=q>") == ##"<a href="#b" id="a--q">"##)
  }
}

@Suite struct `A site in one file` {
  private func report(
    _ count: Int, options: ReportOptions = ReportOptions()
  ) async throws -> Report {
    try await Report(
      input: ReportInput(
        experiments: SampleExperiments(count, checkpoints: 6).experiments,
        now: Timestamp(nanoseconds: 1_800_000_000_000_000_000)),
      options: options)
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  @Test func `has a section for every page and needs no other file`() async throws {
    let folder = TemporaryFolder()
    let summary = try await report(3).write(toFile: "\(folder.path)/a/report.html")
    let text = try text("\(folder.path)/a/report.html")
    #expect(summary.fileCount == 1 && summary.byteCount == text.utf8.count)
    for page in ["index", "best", "compare-best", "params", "health", "downloads"] {
      #expect(text.contains("<section class=\"page\" id=\"\(page)\""), "\(page)")
    }
    #expect(text.components(separatedBy: "id=\"e-").count >= 4)
    for link in ["src=\"assets", "href=\"e/", "href=\"../", "href=\"index"] {
      #expect(!text.contains(link))
    }
    #expect(!text.contains("\0"))
  }

  @Test func `has no page for a choice, whose place in the address is taken`() async throws {
    let folder = TemporaryFolder()
    _ = try await report(3).write(toFile: "\(folder.path)/report.html")
    let text = try text("\(folder.path)/report.html")
    #expect(!text.contains("id=\"compare-chosen\""))
    #expect(!text.contains("ChosenComparison"))
    #expect(text.components(separatedBy: "<script>").count == SiteScript.allCases.count)
  }

  @Test func `is the same each time, and written only when it differs`() async throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/report.html"
    _ = try await report(4).write(toFile: path)
    let first = try text(path)
    let again = try await report(4).write(toFile: path)
    #expect(again.writtenCount == 0)
    #expect(try text(path) == first)
  }

  @Test func `never replaces a file that is no report`() async throws {
    let folder = TemporaryFolder()
    try folder.write("<title>mine</title>", to: "mine.html")
    let error = await #expect(throws: ReportError.self) {
      _ = try await report(1).write(toFile: "\(folder.path)/mine.html")
    }
    #expect(error?.code == .foreignFolder)
    #expect(try text("\(folder.path)/mine.html") == "<title>mine</title>")
  }

  @Test func `is refused when browsers could not open it`() throws {
    let folder = TemporaryFolder()
    let error = #expect(throws: ReportError.self) {
      _ = try SiteDocument("\(folder.path)/large.html")
        .write([UInt8](repeating: 0x20, count: SingleFile.byteLimit + 1))
    }
    #expect(error?.code == .tooLarge)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/large.html"))
  }
}
