package import KeepsakeJSON
package import KeepsakeModel

extension FileIndex {
  /// The document `metadata/files/<id>.json`: `{"files": [{"path", "size", "mode", "sha256"}]}`,
  /// for a symbolic link `link` instead of `sha256`. `mode` is a number: 420 is `0o644`.
  package var encoded: [UInt8] {
    var writer = JSONWriter(indented: true)
    writer.object { writer in
      writer.name("files")
      writer.array { writer in
        for file in files {
          writer.element()
          writer.object { writer in
            writer.name("path")
            writer.string(file.path)
            writer.name("size")
            writer.integer(file.byteCount)
            writer.name("mode")
            writer.integer(Int64(file.mode))
            if let digest = file.digest {
              writer.name("sha256")
              writer.identifier(digest.bits)
            }
            if let target = file.linkTarget {
              writer.name("link")
              writer.string(target)
            }
          }
        }
      }
    }
    return writer.bytes
  }

  /// Reads that document; files without a path are left out.
  package static func decode(_ bytes: [UInt8]) throws(JSONError) -> FileIndex {
    let value = try JSONCursor.read(bytes.span) { cursor throws(JSONError) in try cursor.value() }
    guard case .array(let files)? = value["files"] else {
      throw JSONError(reason: "it has no list of files", offset: 0)
    }
    return FileIndex(files.compactMap(SnapshotFile.init(json:)))
  }
}

extension SnapshotFile {
  fileprivate init?(json: JSONValue) {
    guard let path = json["path"]?.stringValue else { return nil }
    var size: Int64 = 0
    var mode: UInt32 = 0o644
    if case .integer(let value)? = json["size"] { size = max(0, value) }
    if case .integer(let value)? = json["mode"] {
      mode = UInt32(truncatingIfNeeded: value) & 0o7777
    }
    self.init(
      path: path, byteCount: size, mode: mode,
      digest: json["sha256"]?.stringValue.flatMap { ContentDigest($0) },
      linkTarget: json["link"]?.stringValue)
  }
}
