import FoundationEssentials
import KeepsakeAssets
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `The assets of a site` {
  private let assets = SiteAssets()

  private func text(_ path: String) -> String {
    assets.files.first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
  }

  @Test func `are made from every file in the folder Site`() {
    let parts =
      (SiteAssets.styles + [SiteAssets.singleFileStyle]).map { "Site/styles/\($0).css" }
      + SiteScript.allCases.flatMap(\.parts).map { "Site/scripts/\($0).js" } + ["Site/icon.svg"]
    let files = EmbeddedFile.all.map(\.path).filter { $0.hasPrefix("Site/") }
    #expect(parts.sorted() == files.sorted())
  }

  @Test func `have the rules that come later last`() throws {
    let style = text(assets.stylesheetPath)
    let places = try [":root{color-scheme", "main{padding:20px", "@media print"].map {
      try #require(style.firstRange(of: $0)).lowerBound
    }
    #expect(places == places.sorted())
  }

  @Test(arguments: SiteScript.allCases)
  func `define nothing outside of one function`(script: SiteScript) throws {
    let text = text(try #require(assets.scriptPaths[script]))
    #expect(text.hasPrefix("(()=>{\n'use strict';\n") && text.hasSuffix("})();\n"))
  }

  @Test func `are scripts of which each takes what it needs from those before it`() throws {
    var known = Set<String>()
    var takenCount = 0
    for script in SiteScript.allCases {
      let text = text(try #require(assets.scriptPaths[script]))
      for part in text.components(separatedBy: "let{").dropFirst() {
        guard let end = part.firstRange(of: "}=keepsake;") else { continue }
        let taken = part[..<end.lowerBound].split(separator: ",").map(String.init)
        #expect(Set(taken).subtracting(known) == [], "\(script)")
        takenCount += taken.count
        for name in taken {
          let uses = text.components(separatedBy: name).count - 1
          #expect(uses > 1, "\(script) does not use \(name)")
        }
      }
      for start in ["window.keepsake={", "Object.assign(keepsake,{"] {
        guard let place = text.firstRange(of: start),
          let end = text[place.upperBound...].firstIndex(of: "}")
        else { continue }
        known.formUnion(text[place.upperBound..<end].split(separator: ",").map(String.init))
      }
    }
    #expect(known.count > 10 && takenCount > 10)
  }

  @Test func `are scripts of which a page loads those that it uses`() async throws {
    let folder = TemporaryFolder()
    var input = ReportInput(
      experiments: SampleExperiments(3, checkpoints: 6).experiments,
      now: Timestamp(nanoseconds: 1_800_000_000_000_000_000))
    func scripts(_ page: String) async throws -> [String] {
      _ = try await Report(input: input).write(to: folder.path)
      let head = try SiteListing(folder.path).text(page).components(separatedBy: "</head>")[0]
      return head.components(separatedBy: "assets/").dropFirst()
        .filter { $0.contains(".js\" defer>") }
        .map { $0.components(separatedBy: ".")[0] }
    }
    #expect(try await scripts("index.html") == ["ks", "table"])
    #expect(try await scripts("best.html") == ["ks", "table"])
    #expect(try await scripts("compare/best.html") == ["ks", "readouts"])
    #expect(try await scripts("compare/chosen.html") == ["ks", "readouts", "compare"])
    #expect(try await scripts("params.html") == ["ks", "readouts", "points"])
    #expect(try await scripts("health.html") == ["ks"])
    let experiment = "e/\(input.experiments[0].id.description.prefix(12)).html"
    #expect(try await scripts(experiment) == ["ks", "readouts"])
    input.projectNotes = [ProjectNote(fileName: "a.md", markdown: "```chart\n```\n")]
    #expect(try await scripts("index.html") == ["ks", "table", "readouts"])
    #expect(try await scripts("best.html") == ["ks", "table"])
    input.experiments[0].checkpoints = CheckpointTable()
    #expect(try await scripts(experiment) == ["ks"])
  }

  @Test func `have a stylesheet that says the same in less`() {
    let source = "/* A comment. */\na > b,\nc :is(d) {\n  margin: 0.5em 0.25em -0.5em 10.5px;\n}\n"
    #expect(
      String(decoding: SiteAssets.compactStyle(source), as: UTF8.self)
        == "a>b,c :is(d){margin:.5em .25em -0.5em 10.5px}\n")
  }

  @Test func `call custom properties by letters`() {
    let source = (0..<27).map { "--p\($0): 0;\n" }.joined()
    let style = SiteAssets.compactStyle(
      "a {\n\(source)}\nb { top: calc(-1px - var(--p26, 2px)); }\n")
    let text = String(decoding: style, as: UTF8.self)
    #expect(text.hasPrefix("a{--a:0;--b:0;"))
    #expect(text.hasSuffix("--z:0;--aa:0}b{top:calc(-1px - var(--aa,2px))}\n"))
  }

  @Test(arguments: [
    ("const a = 1;\n\n// A comment.\n  let b = a + 1;\n", "let a=1;let b=a+1;\n"),
    ("if (a) b();\nelse c();\n", "if(a)b();else c();\n"),
    ("return a\n  instanceof B;", "return a instanceof B;\n"),
    ("x = a + +b - -c;", "x=a+ +b- -c;\n"), ("x = a +\n  ++b;", "x=a+ ++b;\n"),
    ("f('a  // b', \"const c\");", "f('a  // b',\"const c\");\n"),
    ("a = `x  ${b ? `${c}  y` : ''}  z`;", "a=`x  ${b ? `${c}  y` : ''}  z`;\n"),
    ("a = b.replace(/[/'] \\/ /g, '') / 2;", "a=b.replace(/[/'] \\/ /g,'')/2;\n"),
    ("f(() => {\n  a();\n}, 1);", "f(()=>{a()},1);\n"),
    ("a = {\n  b: '; ',\n};\nif (a) {\n  b();\n}\n", "a={b:'; '};if(a){b()}\n"),
    ("constant = isconst;", "constant=isconst;\n"),
  ])
  func `have a script that says the same in less`(source: String, expected: String) {
    #expect(String(decoding: CompactScript(source).bytes, as: UTF8.self) == expected)
  }
}
