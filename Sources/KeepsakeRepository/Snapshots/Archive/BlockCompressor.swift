/// Makes blocks of a deflate stream and keeps the last one.
struct BlockCompressor: ~Copyable {
  private var deflater = Deflater(level: 1)
  private(set) var output: [UInt8] = []
  private(set) var count = 0

  /// Compresses the first `byteCount` bytes of `block` to the first `count` of `output`.
  mutating func compress(_ block: [UInt8], count byteCount: Int) {
    count = deflater.compress(block, 0..<byteCount, to: &output)
  }
}

/// The frame around a deflate stream.
enum Gzip {
  /// No name, no time (equal content gives equal bytes), fastest level, unknown system.
  static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 255]

  /// An empty last block, the checksum and the size modulo 2³² of what went in.
  static func end(checksum: CRC32, byteCount: Int64) -> [UInt8] {
    var bytes: [UInt8] = [3, 0]
    for word in [checksum.value, UInt32(truncatingIfNeeded: byteCount)] {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return bytes
  }
}
