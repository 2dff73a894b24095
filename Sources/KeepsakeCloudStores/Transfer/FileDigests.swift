internal import Crypto
internal import KeepsakeStores

/// The SHA-256 of a file and of each of its parts, in hexadecimal digits, from one pass.
struct FileDigests: Sendable {
  let whole: String
  let parts: [String]

  /// - Parameter ranges: the file's parts, in order and without gaps.
  init(of file: TransferFile, _ ranges: [Range<Int64>]) async throws(StoreError) {
    (whole, parts) = try await BlockingPool.run { () throws(StoreError) in
      var whole = SHA256()
      var parts: [String] = []
      for range in ranges {
        var part = SHA256()
        var offset = range.lowerBound
        while offset < range.upperBound {
          let block = try file.read(offset..<min(offset + 1 << 20, range.upperBound))
          guard !block.isEmpty else {
            throw StoreError(
              .invalid, what: "cannot read \(file.path)", why: "it became shorter meanwhile",
              fix: "Try again when no program changes it.")
          }
          whole.update(data: block)
          if ranges.count > 1 { part.update(data: block) }
          offset += Int64(block.count)
        }
        if ranges.count > 1 { parts.append(Hexadecimal.text(part.finalize())) }
      }
      return (Hexadecimal.text(whole.finalize()), parts)
    }
  }
}
