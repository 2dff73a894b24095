internal import KeepsakeModel

/// A file of a site, ready to be written.
struct SiteFile: Sendable {
  /// The path within the site: lower-case letters, digits, `-`, `.` and `/`.
  var path: String

  /// The content.
  var bytes: [UInt8]
}

/// Where the files of a site go.
protocol SiteDestination: Sendable {
  /// Takes a file; several tasks may bring different ones at once.
  func write(_ file: SiteFile) throws(ReportError)
}

/// What a site's manifest says about a file.
struct ManifestEntry: Sendable, Hashable {
  /// The path within the site.
  var path: String

  /// The size of the content.
  var byteCount: Int

  /// The digest of the content.
  var digest: ContentDigest

  /// Whether `path` may name a file of a site: nothing that leads out of it.
  static func isSafe(path: some StringProtocol) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return (1...4).contains(parts.count)
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.count <= 80 && !part.hasPrefix(".")
          && part.utf8.allSatisfy { byte in
            switch byte {
            case 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E: true
            default: false
            }
          }
      }
  }
}
