internal import KeepsakeDigest
internal import KeepsakeModel

/// The list of a site's files, `manifest.json`, which also marks a folder as a site of ours.
///
/// JSON with one line for each file, in this order of members, so that reading it back is cheap:
///
///     {"generator":"keepsake report","schema":1,"files":[
///     {"path":"index.html","byteCount":5120,"sha256":"9f86…"}
///     ]}
struct SiteManifest: Sendable {
  /// The file's name.
  static let fileName = "manifest.json"

  /// The files, sorted by path, without the manifest itself.
  var entries: [ManifestEntry]

  private static let head = #"{"generator":"keepsake report","schema":1,"files":["#

  init(_ entries: [ManifestEntry]) {
    self.entries = entries.sorted { $0.path.utf8Precedes($1.path) }
  }

  /// Reads a manifest; `nil` for anything else. Entries that it cannot read are left out, which
  /// keeps their files from being deleted.
  init?(bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.first == Self.head[...] else { return nil }
    entries = lines.dropFirst().compactMap(Self.entry)
  }

  private static func entry(_ line: Substring) -> ManifestEntry? {
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count == 11, parts[1] == "path", parts[5] == "byteCount", parts[7] == "sha256",
      ManifestEntry.isSafe(path: parts[3]),
      let count = Int(parts[6].dropFirst().dropLast()), let digest = ContentDigest(parts[9])
    else { return nil }
    return ManifestEntry(path: String(parts[3]), byteCount: count, digest: digest)
  }

  /// The file's content.
  var bytes: [UInt8] {
    var buffer = ByteBuffer(capacity: 130 * (entries.count + 1))
    buffer.append(markup: Self.head)
    for (index, entry) in entries.enumerated() {
      buffer.append(index == 0 ? "\n" : ",\n")
      buffer.append("{\"path\":\"")
      buffer.append(markup: entry.path)
      buffer.append("\",\"byteCount\":")
      buffer.append(entry.byteCount)
      buffer.append(",\"sha256\":\"")
      buffer.append(markup: entry.digest.hex)
      buffer.append("\"}")
    }
    buffer.append("\n]}\n")
    return buffer.bytes
  }
}
