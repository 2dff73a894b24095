internal import KeepsakeDigest
package import KeepsakeModel

extension TarGzipReader {
  /// What an archive holds.
  package struct Listing: Sendable, Hashable {
    /// Every file, with its digest, and every link.
    package var index: FileIndex

    /// What was left out.
    package var refusals: Refusals
  }

  /// Lists the archive, for snapshots that have no index. Reads all of it, writes nothing.
  ///
  /// Throws `.limitExceeded` above `fileLimit` files, which need memory.
  package func index(fileLimit: Int = 10_000_000) throws(SnapshotError) -> Listing {
    var refusals = Refusals()
    var files: [SnapshotFile] = []
    try forEachMember(refusals: &refusals) { member, reader, refusals throws(SnapshotError) in
      let name = Array(member.path.joined(separator: [0x2F]))
      guard let path = String(validating: name, as: UTF8.self) else {
        refusals.add(name, "has a name that is not UTF-8")
        return true
      }
      guard files.count < fileLimit else {
        throw SnapshotError(
          .limitExceeded, what: "cannot list the archive of \(path)",
          why: "it holds more than \(fileLimit) files", fix: "Raise the limit if it is genuine.")
      }
      switch member.entry.kind {
      case .folder, .unsupported: break
      case .symbolicLink:
        files.append(
          SnapshotFile(
            path: path, byteCount: 0, mode: member.entry.mode, digest: nil,
            linkTarget: String(decoding: member.entry.linkTarget, as: UTF8.self)))
      case .file:
        var hasher = SHA256Hasher()
        try reader.readContent { bytes, range in hasher.update(bytes, range) }
        files.append(
          SnapshotFile(
            path: path, byteCount: member.entry.byteCount, mode: member.entry.mode,
            digest: hasher.finalize()))
      }
      return true
    }
    return Listing(index: FileIndex(files), refusals: refusals)
  }
}
