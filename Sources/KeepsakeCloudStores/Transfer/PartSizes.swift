/// How large files are split into parts.
package struct PartSizes: Sendable, Hashable {
  /// The size of a part in bytes; S3 wants at least 5 MiB.
  package var byteCount: Int64 = 8 << 20

  /// How many parts of a file are on their way at the same time.
  package var width = 8

  /// How many parts a file may have.
  package var limit: Int64 = 10_000

  package init() {}

  /// The parts of a file, in order; none of an empty one.
  package func ranges(of byteCount: Int64) -> [Range<Int64>] {
    let size = size(for: byteCount)
    return stride(from: 0, to: byteCount, by: Int64.Stride(size)).map {
      $0..<min($0 + size, byteCount)
    }
  }

  /// Whole mebibytes, so that no file has too many parts.
  private func size(for total: Int64) -> Int64 {
    let least = (total + limit - 1) / limit
    return least <= byteCount ? byteCount : ((least + (1 << 20) - 1) >> 20) << 20
  }
}
