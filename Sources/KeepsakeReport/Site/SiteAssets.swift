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
