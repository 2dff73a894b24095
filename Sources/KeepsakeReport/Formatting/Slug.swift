internal import KeepsakeDigest
internal import KeepsakeModel

/// A name for a file or an anchor: 1 to 64 of `a`–`z`, `0`–`9` and `-`.
///
/// Names that differ give slugs that differ, whatever file systems make of case and of Unicode,
/// and the slug of one name never depends on which others exist.
package struct Slug: Sendable, Hashable {
  /// The characters.
  package let text: String

  /// The slug of a name: what is readable of it, `-`, and 6 hexadecimal digits of its SHA-256.
  ///
  /// Costs a SHA-256; keep the result where it is needed for every page.
  package init(_ name: String) {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      if bytes.count == 57 { break }
      switch byte {
      case 0x30...0x39, 0x61...0x7A: bytes.append(byte)
      case 0x41...0x5A: bytes.append(byte | 0x20)
      default: if let last = bytes.last, last != 0x2D { bytes.append(0x2D) }
      }
    }
    if bytes.last == 0x2D { bytes.removeLast() }
    if bytes.isEmpty { bytes = Array("x".utf8) }
    bytes.append(0x2D)
    bytes.append(contentsOf: ContentDigest(of: Array(name.utf8)).hex.utf8.prefix(6))
    text = String(decoding: bytes, as: UTF8.self)
  }
}
