internal import KeepsakeModel

/// A file of a site, ready to be written.
struct SiteFile: Sendable {
  /// The path within the site: lower-case letters, digits, `-`, `.` and `/`.
  var path: String

  /// The content.
  var bytes: [UInt8]

  /// The digest of all that the content was made from; `nil` where nothing says that.
  var input: ContentDigest?
}

/// Where the files of a site go.
protocol SiteDestination: Sendable {
  /// Takes a file; several tasks may bring different ones at once.
  func write(_ file: SiteFile) throws(ReportError)

  /// Whether the file is there already, made from this input; it then needs no ``write(_:)``.
  func keeps(_ path: String, madeFrom input: ContentDigest) throws(ReportError) -> Bool
}

/// What a site's manifest says about a file.
struct ManifestEntry: Sendable, Hashable {
  /// The path within the site.
  var path: String

  /// The size of the content.
  var byteCount: Int

  /// The digest of the content.
  var digest: ContentDigest

  /// The digest of what the content was made from; `nil` where nothing says that.
  var input: ContentDigest?

  /// Whether `path` may name a file of a site: nothing that leads out of it.
  static func isSafe(path: some StringProtocol) -> Bool {
    var (parts, length) = (1, 0)
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "/"):
        if length == 0 { return false }
        (parts, length) = (parts + 1, 0)
        continue
      case UInt8(ascii: "."): if length == 0 { return false }
      case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"): break
      default: return false
      }
      length += 1
      if length > 80 { return false }
    }
    return length > 0 && parts <= 4
  }
}
