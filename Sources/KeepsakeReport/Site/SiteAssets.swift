internal import KeepsakeAssets
internal import KeepsakeDigest
internal import KeepsakeModel

/// The stylesheet, the script and the icon, under names that change with their content.
struct SiteAssets: Sendable {
  let files: [SiteFile]
  let stylesheetPath: String
  let scriptPath: String

  /// The text without indentation, blank lines and lines that are comments.
  ///
  /// The sources keep to one rule for this: no string goes over several lines.
  static func compact(_ text: String) -> String {
    var lines = ""
    for line in text.split(separator: "\n") {
      let line = line.drop { $0 == " " }
      let isComment = line.hasPrefix("//") || (line.hasPrefix("/*") && line.hasSuffix("*/"))
      if line.isEmpty || isComment { continue }
      lines += line
      lines += "\n"
    }
    return lines
  }

  /// A stylesheet also without line breaks and without spaces that mean nothing.
  ///
  /// `a :is(b)` is another selector than `a:is(b)`, so only spaces after colons go.
  static func compactStyle(_ text: String) -> String {
    var style = ""
    for line in compact(text).split(separator: "\n") {
      style += line
      if !line.hasSuffix("{") && !line.hasSuffix(";") && !line.hasSuffix("}")
        && !line.hasSuffix(",")
      {
        style += " "
      }
    }
    for (spaced, dense) in [(": ", ":"), (" {", "{"), (", ", ","), (";}", "}")] {
      style = style.replacing(spaced, with: dense)
    }
    return style + "\n"
  }

  /// The assets that are built in.
  init() {
    func file(
      _ source: String, compact: (String) -> String = Self.compact, named name: (String) -> String
    ) -> SiteFile {
      let text = EmbeddedFile.all.first { $0.path == "Site/\(source)" }?.text ?? ""
      let bytes = Array(compact(text).utf8)
      return SiteFile(path: name(bytes.digestPrefix(8)), bytes: bytes)
    }
    let style = file("keepsake.css", compact: Self.compactStyle) { "assets/ks.\($0).css" }
    let script = file("keepsake.js") { "assets/ks.\($0).js" }
    files = [style, script, file("icon.svg", compact: { $0 }) { _ in "assets/icon.svg" }]
    stylesheetPath = style.path
    scriptPath = script.path
  }
}

extension [UInt8] {
  /// The first `count` hexadecimal digits of the bytes' SHA-256, for file names.
  func digestPrefix(_ count: Int) -> String { String(ContentDigest(of: self).hex.prefix(count)) }
}
