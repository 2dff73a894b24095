internal import KeepsakeModel

/// The list of a site's files, `manifest.json`, which also marks a folder as a site of ours.
///
/// JSON with one line for each file, in this order of members, so that reading it back is cheap:
///
///     {"generator":"keepsake report","schema":1,"files":[
///     {"path":"e/4c8d0a1b2c3d.html","byteCount":5120,"sha256":"9f86…","input":"60a1…"},
///     {"path":"index.html","byteCount":5120,"sha256":"9f86…"}
///     ]}
///
/// `input` is the digest of all that a file was made from.
struct SiteManifest: Sendable {
  /// The file's name.
  static let fileName = "manifest.json"

  /// The files, sorted by path, without the manifest itself.
  var entries: [ManifestEntry]

  private static let head = #"{"generator":"keepsake report","schema":1,"files":["#

  init(_ entries: [ManifestEntry]) {
    // Safe paths are ASCII, which compares bytewise.
    self.entries = entries.sorted { $0.path < $1.path }
  }

  /// These files and those of an older manifest that were kept, and which others of that one are
  /// there no longer.
  ///
  /// - Parameter old: sorted by path, which is another one for each.
  func merged(
    with old: [ManifestEntry], keeping isKept: [Bool]
  ) -> (manifest: SiteManifest, stale: [ManifestEntry]) {
    // Most are kept: sorting all of them anew would take longer than all else at the end.
    var (merged, stale) = (SiteManifest([]), [ManifestEntry]())
    merged.entries.reserveCapacity(entries.count + old.count)
    var rest = entries[...]
    for (place, entry) in old.enumerated() {
      while let next = rest.first, next.path < entry.path {
        merged.entries.append(rest.removeFirst())
      }
      if rest.first?.path == entry.path { continue }
      if isKept[place] { merged.entries.append(entry) } else { stale.append(entry) }
    }
    merged.entries += rest
    return (merged, stale)
  }

  /// Whether a file is a manifest, going by how it begins.
  static func begins(_ bytes: [UInt8]) -> Bool { bytes.span.has(Array(head.utf8), at: 0) }

  /// Reads a manifest; `nil` for anything else. Entries that it cannot read are left out, which
  /// keeps their files from being deleted.
  init?(bytes: [UInt8]) {
    guard Self.begins(bytes) else { return nil }
    let span = bytes.span
    var entries: [ManifestEntry] = []
    var cursor = ManifestCursor(position: Self.head.utf8.count)
    while cursor.position < span.count {
      if let entry = cursor.entry(in: span) { entries.append(entry) }
      cursor.position = span.end(of: cursor.position) { $0 != UInt8(ascii: "\n") } + 1
    }
    self.init(entries)
  }

  /// The file's content.
  var bytes: [UInt8] {
    var buffer = ByteBuffer(capacity: 220 * (entries.count + 1))
    buffer.append(markup: Self.head)
    for (index, entry) in entries.enumerated() {
      buffer.append(index == 0 ? "\n" : ",\n")
      buffer.append("{\"path\":\"")
      buffer.append(markup: entry.path)
      buffer.append("\",\"byteCount\":")
      buffer.append(entry.byteCount)
      buffer.append(",\"sha256\":\"")
      buffer.append(identifier: entry.digest.bits)
      if let input = entry.input {
        buffer.append("\",\"input\":\"")
        buffer.append(identifier: input.bits)
      }
      buffer.append("\"}")
    }
    buffer.append("\n]}\n")
    return buffer.bytes
  }
}

/// A position in a manifest's lines.
private struct ManifestCursor {
  var position: Int

  /// Reads the entry at the position; `nil` where none of ours stands, then the position is
  /// somewhere in its line.
  mutating func entry(in text: Span<UInt8>) -> ManifestEntry? {
    guard skip(Self.path, in: text) else { return nil }
    let path = field(in: text) { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\n") }
    guard skip(Self.byteCount, in: text),
      let byteCount = Int(field(in: text) { (0x30...0x39).contains($0) }),
      skip(Self.digest, in: text), let digest = digest(in: text), ManifestEntry.isSafe(path: path)
    else { return nil }
    var input: ContentDigest?
    if skip(Self.input, in: text) {
      guard let value = self.digest(in: text) else { return nil }
      input = value
    }
    return skip(Self.end, in: text)
      ? ManifestEntry(path: path, byteCount: byteCount, digest: digest, input: input) : nil
  }

  private static let path = Array(#"{"path":""#.utf8)
  private static let byteCount = Array(#"","byteCount":"#.utf8)
  private static let digest = Array(#","sha256":""#.utf8)
  private static let input = Array(#"","input":""#.utf8)
  private static let end = Array(#""}"#.utf8)

  private mutating func skip(_ expected: [UInt8], in text: Span<UInt8>) -> Bool {
    guard text.has(expected, at: position) else { return false }
    position += expected.count
    return true
  }

  private mutating func field(
    in text: Span<UInt8>, while condition: (UInt8) -> Bool
  ) -> String {
    let end = text.end(of: position, while: condition)
    defer { position = end }
    return text.string(position..<end)
  }

  private mutating func digest(in text: Span<UInt8>) -> ContentDigest? {
    guard position + 64 <= text.count,
      let bits = Identifier(hex: text.extracting(position..<position + 64))
    else { return nil }
    position += 64
    return ContentDigest(bits)
  }
}
