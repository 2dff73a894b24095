internal import KeepsakeModel
internal import Synchronization

/// Saved files without their secrets.
final class RedactedSnapshots: SnapshotSource {
  private let source: any SnapshotSource

  /// The number of secrets by file; a file may be read several times.
  private let counts = Mutex<[String: Int]>([:])

  init(_ source: any SnapshotSource) { self.source = source }

  var width: Int? { source.width }

  /// What was withheld so far, by path.
  var withheld: [Withholding] {
    counts.withLock { $0 }.sorted { $0.key.utf8Precedes($1.key) }.map {
      Withholding(place: $0.key, experiment: nil, count: $0.value)
    }
  }

  func index(of snapshot: SnapshotID) async -> FileIndex? {
    guard var index = await source.index(of: snapshot) else { return nil }
    for position in index.files.indices {
      let file = index.files[position]
      if let path = text(file.path, place: "names of saved files") {
        index.files[position].path = path
      }
      if let target = file.linkTarget, let new = text(target, place: "names of saved files") {
        index.files[position].linkTarget = new
      }
    }
    return index
  }

  func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
    guard let bytes = await source.contents(of: path, in: snapshot, limit: limit) else {
      return nil
    }
    if Self.isPicture(bytes) { return bytes }
    guard let (new, count) = Redactor.redacted(bytes.span, style: .prose) else { return bytes }
    counts.withLock { $0["file \(path)"] = count }
    return new
  }

  private func text(_ text: String, place: String) -> String? {
    guard let (bytes, count) = Redactor.redacted(text.utf8Span.span, style: .value) else {
      return nil
    }
    counts.withLock { $0[place] = count }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the bytes begin as PNG, JPEG, GIF or WebP do.
  private static func isPicture(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      || bytes.starts(with: [0xFF, 0xD8, 0xFF])
      || bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8)
      || (bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8))
  }
}
