/// A kind of picture that reports show: one that cannot carry a script, so no SVG.
package enum PictureType: String, Sendable, CaseIterable {
  case png
  case jpeg = "jpg"
  case gif
  case webp

  /// What a browser calls it.
  var mediaType: String { "image/\(self == .jpeg ? "jpeg" : rawValue)" }

  /// Recognises a picture by its first bytes; `nil` for anything else.
  init?(content bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) {
      self = .gif
    } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
      self = .webp
    } else {
      return nil
    }
  }

  /// Recognises a picture by the end of its file's name; `nil` for anything else.
  package init?(path: String) {
    let name = path.lowercased()
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let ending = String(name[name.index(after: dot)...])
    self.init(rawValue: ending == "jpeg" ? "jpg" : ending)
  }
}
