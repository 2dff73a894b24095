internal import KeepsakeAssets
internal import KeepsakeDigest
internal import KeepsakeModel

/// The stylesheet, the script and the icon, under names that change with their content.
struct SiteAssets: Sendable {
  let files: [SiteFile]
  let stylesheetPath: String
  let scriptPath: String

  /// A stylesheet without comments, line breaks and spaces that mean nothing.
  ///
  /// `a :is(b)` is another selector than `a:is(b)`, so only spaces after colons go. The source keeps
  /// to one rule: a comment has a line of its own.
  static func compactStyle(_ text: String) -> String {
    var style = ""
    for line in text.split(separator: "\n") {
      let line = line.drop { $0 == " " }
      if line.isEmpty || line.hasPrefix("/*") { continue }
      style += line
      if !line.hasSuffix("{") && !line.hasSuffix(";") && !line.hasSuffix("}")
        && !line.hasSuffix(",")
      {
        style += " "
      }
    }
    let pairs = [
      (": ", ":"), (" {", "{"), ("{ ", "{"), (", ", ","), ("; ", ";"), (" }", "}"), (";}", "}"),
      (" > ", ">"),
    ]
    var bytes = Array(style.utf8)
    for (spaced, dense) in pairs { bytes = replacing(spaced, in: bytes, with: dense) }
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  /// The standard library takes milliseconds for this, of the hundred of a small report.
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

  /// The parts of the script in their order: each uses those before it.
  static let scripts = ["elements", "numbers", "table", "readouts", "page"]

  /// The assets that are built in.
  init() {
    let texts = Dictionary(
      uniqueKeysWithValues: EmbeddedFile.all.map { ($0.path, $0.text) })
    func text(_ parts: [String], in folder: String, _ ending: String) -> String {
      parts.map { texts["Site/\(folder)/\($0).\(ending)"] ?? "" }.joined(separator: "\n")
    }
    func file(_ text: String, named name: (String) -> String) -> SiteFile {
      let bytes = Array(text.utf8)
      return SiteFile(path: name(bytes.digestPrefix(8)), bytes: bytes)
    }
    let style = file(Self.compactStyle(text(Self.styles, in: "styles", "css"))) {
      "assets/ks.\($0).css"
    }
    // One function, so that nothing of it is seen by other scripts.
    let body = CompactScript(text(Self.scripts, in: "scripts", "js")).text
    let script = file("(()=>{\n'use strict';\n\(body)})();\n") { "assets/ks.\($0).js" }
    files = [style, script, file(texts["Site/icon.svg"] ?? "") { _ in "assets/icon.svg" }]
    stylesheetPath = style.path
    scriptPath = script.path
  }
}

extension [UInt8] {
  /// The first `count` hexadecimal digits of the bytes' SHA-256, for file names.
  func digestPrefix(_ count: Int) -> String { String(ContentDigest(of: self).hex.prefix(count)) }
}
