/// A file of `Templates/` or `Site/`, built into the binary.
package struct EmbeddedFile: Sendable {
  /// The path from the package's root, with `/`: `Templates/index.mustache`.
  package let path: String

  /// The file's content. All assets are UTF-8 text.
  package let text: String

  init(path: String, text: StaticString) {
    self.path = path
    self.text = "\(text)"
  }
}
