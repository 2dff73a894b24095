/// A picture from a snapshot.
struct Picture {
  /// Larger pictures are not shown.
  static let byteLimit = 8_000_000

  /// The picture as a file of the site, named after its content.
  let file: SiteFile

  /// `nil` for what no ``PictureType`` is.
  init?(_ bytes: [UInt8]) {
    guard let type = PictureType(content: bytes) else { return nil }
    file = SiteFile(path: "data/i/\(bytes.digestPrefix(16)).\(type.rawValue)", bytes: bytes)
  }
}
