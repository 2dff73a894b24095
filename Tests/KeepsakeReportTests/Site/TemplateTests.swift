import KeepsakeAssets
import KeepsakeModel
import Testing

@testable import KeepsakeReport

@Suite struct `Templates` {
  @Test func `use only names that stand for something`() throws {
    let names = EmbeddedFile.all.map(\.path).filter { $0.hasPrefix("Templates/") }
    #expect(names.count >= PageKind.allCases.count)
    var texts: [String: String] = [:]
    for file in EmbeddedFile.all where file.path.hasPrefix("Templates/") {
      texts[String(file.path.dropFirst("Templates/".count))] = file.text
    }
    try TemplateCheck(texts).run()
  }

  @Test func `use every name that pages fill in`() {
    var used: [PageKind: Set<String>] = [:]
    var texts: [String: String] = [:]
    for file in EmbeddedFile.all { texts[file.path] = file.text }
    func collect(_ name: String, for kind: PageKind) {
      for tag in TemplateSyntax(texts["Templates/\(name).mustache"] ?? "").tags {
        if tag.sigil == ">" {
          collect(tag.name, for: kind)
        } else {
          used[kind, default: []].insert(tag.name)
        }
      }
    }
    for kind in PageKind.allCases {
      collect(kind.rawValue, for: kind)
      let unused = Set(kind.flags + kind.slots).subtracting(used[kind] ?? [])
      #expect(unused == [], "\(kind)")
    }
  }

  @Test func `with an unknown name are refused, and the names that exist are listed`() {
    let error = #expect(throws: ReportError.self) {
      _ = try PageTemplates(overrides: ["health.mustache": "<p>{{tittle}}</p>"])
    }
    #expect(error?.code == .badTemplate)
    #expect(error?.description.contains("tittle") == true)
    #expect(error?.description.contains("pageTitle") == true)
  }

  @Test func `made for a site with one script are refused with the name that there is now`() {
    let head = "<script src=\"{{root}}{{script}}\" defer></script>\n"
    let error = #expect(throws: ReportError.self) {
      _ = try PageTemplates(overrides: ["partials/head.mustache": head])
    }
    let message = error?.description ?? ""
    #expect(message.contains("in line 1 the tag script stands for nothing"), "\(message)")
    #expect(message.contains(" scriptsHTML,"), "\(message)")
  }

  @Test(arguments: [
    ("a\n\n{{title", "in line 3 a tag has no end. Close it with }}."),
    (
      "{{#hasCompare}}\n{{title}}\n",
      "in line 1 {{#hasCompare}} has no end. Write {{/hasCompare}} where it should end."
    ),
    (
      "{{^hasCompare}}\n{{/hasProblems}}",
      """
      in line 2 {{/hasProblems}} stands where {{^hasCompare}} of line 1 should end. Write \
      {{/hasCompare}} before it.
      """
    ),
    (
      "\n{{/isHealth}}",
      "in line 2 {{/isHealth}} ends nothing. Remove it, or write {{#isHealth}} where it should begin."
    ),
    ("a\n{{tittle}}", "in line 2 the tag tittle stands for nothing. The names here are "),
    ("{{=<% title}}", "in line 1 Mustache cannot read a tag (invalidSetDelimiter). Correct it; "),
  ])
  func `that are broken are refused with the line and what to write`(
    text: String, expected: String
  ) {
    let error = #expect(throws: ReportError.self) {
      _ = try PageTemplates(overrides: ["health.mustache": text])
    }
    #expect(error?.code == .badTemplate)
    let message = error?.description ?? ""
    #expect(
      message.hasPrefix("cannot use the template health.mustache: \(expected)"), "\(message)")
  }

  @Test func `cannot leave text unescaped`() throws {
    let templates = try PageTemplates(overrides: ["health.mustache": "{{{title}}}|{{title}}"])
    var page = Page(.health)
    page.set("title", text: "<b>{{pageTitle}}</b>")
    let text = String(decoding: templates.render(page), as: UTF8.self)
    #expect(text == "&lt;b&gt;{{pageTitle}}&lt;/b&gt;|&lt;b&gt;{{pageTitle}}&lt;/b&gt;")
  }
}
