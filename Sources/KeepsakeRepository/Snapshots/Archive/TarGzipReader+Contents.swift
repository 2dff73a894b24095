extension TarGzipReader {
  /// A file that was looked for.
  package enum Content: Sendable, Hashable {
    case bytes([UInt8])
    /// A symbolic link and where it points.
    case link(String)
    /// More bytes than were asked for.
    case tooLarge(byteCount: Int64)
  }

  /// The content of the file at `path`; `nil` when the snapshot does not have it.
  ///
  /// Throws `.limitExceeded` above `limit` bytes, `.notRegular` for a symbolic link. Reading stops
  /// at the file, so that damage after it does not matter, nor is it noticed: compare the digest.
  package func contents(of path: String, limit: Int) throws(SnapshotError) -> [UInt8]? {
    let found = try contents(ofAll: [path], limit: limit)[0]
    func refuse(_ code: SnapshotError.Code, _ why: String) -> SnapshotError {
      SnapshotError(
        code, what: "cannot read \(path) of the snapshot", why: why,
        fix: "Run `keepsake checkout --path` to get the file itself.")
    }
    switch found {
    case nil: return nil
    case .bytes(let bytes): return bytes
    case .link(let target): throw refuse(.notRegular, "it is a symbolic link to \(target)")
    case .tooLarge(let byteCount):
      throw refuse(.limitExceeded, "it has \(byteCount) bytes, \(limit) are allowed")
    }
  }

  /// The contents of several files, in the order of `paths`, in one pass; `nil` for one that is
  /// not there. `limit` is for each of them.
  package func contents(ofAll paths: [String], limit: Int) throws(SnapshotError) -> [Content?] {
    var found = [Content?](repeating: nil, count: paths.count)
    var wanted: [[UInt8]: [Int]] = [:]
    for (index, path) in paths.enumerated() {
      let components = path.utf8.split(separator: UInt8(ascii: "/"))
      wanted[Array(components.joined(separator: [0x2F])), default: []].append(index)
    }
    guard !wanted.isEmpty else { return found }
    var refusals = Refusals()
    try forEachMember(refusals: &refusals) { member, reader, _ throws(SnapshotError) in
      let name = Array(member.path.joined(separator: [0x2F]))
      guard member.entry.kind != .folder, let places = wanted[name] else { return true }
      let content: Content
      if member.entry.kind == .symbolicLink {
        content = .link(readableName(member.entry.linkTarget))
      } else if member.entry.byteCount > Int64(limit) {
        content = .tooLarge(byteCount: member.entry.byteCount)
      } else {
        // Grows with what is really there, not with what the header claims.
        var bytes: [UInt8] = []
        try reader.readContent { piece, range in bytes += piece[range] }
        content = .bytes(bytes)
      }
      for place in places { found[place] = content }
      wanted[name] = nil
      return !wanted.isEmpty
    }
    return found
  }
}
