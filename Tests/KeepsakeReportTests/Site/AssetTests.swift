import KeepsakeAssets
import Testing

@testable import KeepsakeReport

@Suite struct `The assets of a site` {
  private let assets = SiteAssets()

  private func text(_ path: String) -> String {
    assets.files.first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
  }

  @Test func `are made from every file in the folder Site`() {
    let parts =
      SiteAssets.styles.map { "Site/styles/\($0).css" }
      + SiteAssets.scripts.map { "Site/scripts/\($0).js" } + ["Site/icon.svg"]
    let files = EmbeddedFile.all.map(\.path).filter { $0.hasPrefix("Site/") }
    #expect(parts.sorted() == files.sorted())
  }

  @Test func `have the rules that come later last`() throws {
    let style = text(assets.stylesheetPath)
    let places = try ["--surface:#fff", "main{padding:20px", "@media print"].map {
      try #require(style.firstRange(of: $0)).lowerBound
    }
    #expect(places == places.sorted())
  }

  @Test func `define nothing outside of one function`() {
    let script = text(assets.scriptPath)
    #expect(script.hasPrefix("(()=>{\n'use strict';\n") && script.hasSuffix("})();\n"))
  }
}
