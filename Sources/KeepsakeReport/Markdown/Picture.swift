/// A picture from a snapshot, of a kind that cannot carry a script.
struct Picture {
  /// Larger pictures are not shown.
  static let byteLimit = 8_000_000

  /// The picture as a file of the site, named after its content.
  let file: SiteFile

  /// Recognises PNG, JPEG, GIF and WebP by their first bytes; `nil` for anything else, SVG too.
  init?(_ bytes: [UInt8]) {
    func starts(_ text: StaticString, at offset: Int = 0) -> Bool {
      let signature = "\(text)".utf8
      return bytes.count >= offset + signature.count
        && bytes[offset..<offset + signature.count].elementsEqual(signature)
    }
    let type: String
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      type = "png"
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      type = "jpg"
    } else if starts("GIF87a") || starts("GIF89a") {
      type = "gif"
    } else if starts("RIFF"), starts("WEBP", at: 8) {
      type = "webp"
    } else {
      return nil
    }
    file = SiteFile(path: "data/i/\(bytes.digestPrefix(16)).\(type)", bytes: bytes)
  }
}
