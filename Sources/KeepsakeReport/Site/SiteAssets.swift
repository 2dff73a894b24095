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
    for (spaced, dense) in pairs {
      style = style.replacing(spaced, with: dense)
    }
    return style + "\n"
  }

  /// The assets that are built in.
  init() {
    func file(
      _ source: String, compact: (String) -> String, named name: (String) -> String
    ) -> SiteFile {
      let text = EmbeddedFile.all.first { $0.path == "Site/\(source)" }?.text ?? ""
      let bytes = Array(compact(text).utf8)
      return SiteFile(path: name(bytes.digestPrefix(8)), bytes: bytes)
    }
    let style = file("keepsake.css", compact: Self.compactStyle) { "assets/ks.\($0).css" }
    let script = file("keepsake.js", compact: { CompactScript($0).text }) { "assets/ks.\($0).js" }
    files = [style, script, file("icon.svg", compact: { $0 }) { _ in "assets/icon.svg" }]
    stylesheetPath = style.path
    scriptPath = script.path
  }
}

extension [UInt8] {
  /// The first `count` hexadecimal digits of the bytes' SHA-256, for file names.
  func digestPrefix(_ count: Int) -> String { String(ContentDigest(of: self).hex.prefix(count)) }
}
