internal import KeepsakeAssets
internal import KeepsakeDigest
internal import KeepsakeModel

/// The stylesheet, the script and the icon, under names that change with their content.
struct SiteAssets: Sendable {
  let files: [SiteFile]
  let stylesheetPath: String
  let scriptPath: String

  /// The assets that are built in.
  init() {
    func file(_ source: String, named name: (String) -> String) -> SiteFile {
      let text = EmbeddedFile.all.first { $0.path == "Site/\(source)" }?.text ?? ""
      let bytes = Array(text.utf8)
      return SiteFile(path: name(bytes.digestPrefix(8)), bytes: bytes)
    }
    let style = file("keepsake.css") { "assets/ks.\($0).css" }
    let script = file("keepsake.js") { "assets/ks.\($0).js" }
    files = [style, script, file("icon.svg") { _ in "assets/icon.svg" }]
    stylesheetPath = style.path
    scriptPath = script.path
  }
}

extension [UInt8] {
  /// The first `count` hexadecimal digits of the bytes' SHA-256, for file names.
  func digestPrefix(_ count: Int) -> String { String(ContentDigest(of: self).hex.prefix(count)) }
}
