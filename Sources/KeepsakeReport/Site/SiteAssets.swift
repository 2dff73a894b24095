internal import KeepsakeAssets
internal import KeepsakeDigest
internal import KeepsakeModel

/// The stylesheet, the scripts and the icon, under names that change with their content.
struct SiteAssets: Sendable {
  let files: [SiteFile]
  let stylesheetPath: String
  /// What the stylesheet of a site in one file has besides.
  let singleFileStyle: String
  let scriptPaths: [SiteScript: String]

  /// A stylesheet without comments, line breaks and spaces that mean nothing.
  ///
  /// `a :is(b)` is another selector than `a:is(b)`, so only spaces after colons go. The source keeps
  /// to one rule: a comment has a line of its own. Custom properties get short names.
  static func compactStyle(_ text: String) -> [UInt8] {
    var style: [UInt8] = []
    for line in Array(text.utf8).split(separator: UInt8(ascii: "\n")) {
      let line = line.drop { $0 == UInt8(ascii: " ") }
      guard let last = line.last, !line.starts(with: "/*".utf8) else { continue }
      style += line
      if !"{;},".utf8.contains(last) { style.append(UInt8(ascii: " ")) }
    }
    let pairs = [
      (": ", ":"), (" {", "{"), ("{ ", "{"), (", ", ","), ("; ", ";"), (" }", "}"), (";}", "}"),
      (" > ", ">"), ("(> ", "(>"), (" / ", "/"), (":0.", ":."), (" 0.", " ."),
    ]
    for (spaced, dense) in pairs { style = replacing(spaced, in: style, with: dense) }
    return withShortNames(style) + [UInt8(ascii: "\n")]
  }

  /// A stylesheet whose custom properties are called by letters, in the order in which they appear.
  private static func withShortNames(_ style: [UInt8]) -> [UInt8] {
    var (names, result): ([ArraySlice<UInt8>: [UInt8]], [UInt8]) = ([:], [])
    var rest = style[...]
    while let dash = rest.indices.first(where: {
      "{;(".utf8.contains(rest[$0]) && rest[($0 + 1)...].starts(with: "--".utf8)
    }) {
      result += rest[...dash]
      rest = rest[(dash + 1)...]
      let name = rest.prefix { !":),".utf8.contains($0) }
      let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
      let (first, last) = names.count.quotientAndRemainder(dividingBy: letters.count)
      let places = first > 0 ? [first - 1, last] : [last]
      let short = Array("--".utf8) + places.map { letters.lowerBound + UInt8($0) }
      result += names[name, default: short]
      names[name] = names[name] ?? short
      rest = rest[name.endIndex...]
    }
    return result + rest
  }

  private static func replacing(_ old: String, in text: [UInt8], with new: String) -> [UInt8] {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    let span = text.span
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      if span.has(old, at: position) {
        result += new
        position += old.count
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return result
  }

  /// The parts of the stylesheet in their order: later rules win.
  static let styles = [
    "colours", "page", "tables", "tools", "content", "charts", "media",
  ]

  /// The part of the stylesheet that only a site in one file has.
  static let singleFileStyle = "single-file"

  /// The assets that are built in.
  init() {
    let texts = Dictionary(
      uniqueKeysWithValues: EmbeddedFile.all.map { ($0.path, $0.text) })
    func text(_ parts: [String], in folder: String, _ ending: String) -> String {
      parts.map { texts["Site/\(folder)/\($0).\(ending)"] ?? "" }.joined(separator: "\n")
    }
    func file(_ bytes: [UInt8], named name: (String) -> String) -> SiteFile {
      SiteFile(path: name(bytes.digestPrefix(8)), bytes: bytes)
    }
    let style = file(Self.compactStyle(text(Self.styles, in: "styles", "css"))) {
      "assets/ks.\($0).css"
    }
    singleFileStyle = String(
      decoding: Self.compactStyle(text([Self.singleFileStyle], in: "styles", "css")), as: UTF8.self)
    let scripts = SiteScript.allCases.map { script in
      // One function, so that other scripts see only what it gives them.
      let body = CompactScript(text(script.parts, in: "scripts", "js")).bytes
      return file(Array("(()=>{\n'use strict';\n".utf8) + body + Array("})();\n".utf8)) {
        "assets/\(script.rawValue).\($0).js"
      }
    }
    let icon = file(Array((texts["Site/icon.svg"] ?? "").utf8)) { _ in "assets/icon.svg" }
    files = [style] + scripts + [icon]
    stylesheetPath = style.path
    scriptPaths = Dictionary(uniqueKeysWithValues: zip(SiteScript.allCases, scripts.map(\.path)))
  }
}

extension [UInt8] {
  /// The first `count` hexadecimal digits of the bytes' SHA-256, for file names.
  func digestPrefix(_ count: Int) -> String { String(ContentDigest(of: self).hex.prefix(count)) }
}
