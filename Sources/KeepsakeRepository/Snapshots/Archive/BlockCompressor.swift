/// Makes blocks of a deflate stream and keeps the last one.
///
/// A sample decides how much work a block is worth. Random floating-point numbers, that is most
/// weights, have no repetitions worth a search: Huffman codes alone are three times as fast as
/// level 1 and come out smaller. What would become less than a tenth smaller is stored as it is,
/// which is faster by another factor, also to read.
struct BlockCompressor: ~Copyable {
  private var fastest = Deflater(level: 1)
  private var huffman = Deflater(level: 1, searches: false)
  private var sample: [UInt8] = []
  private var sampleOutput: [UInt8] = []
  private(set) var output: [UInt8] = []
  private(set) var count = 0

  private static let sampleCount = 4
  private static let sampleByteCount = 4096

  private enum Method { case fastest, huffman, store }

  /// Compresses the first `byteCount` bytes of `block` to the first `count` of `output`.
  mutating func compress(_ block: [UInt8], count byteCount: Int) {
    switch method(block, byteCount) {
    case .fastest: count = fastest.compress(block, 0..<byteCount, to: &output)
    case .huffman: count = huffman.compress(block, 0..<byteCount, to: &output)
    case .store: store(block, byteCount)
    }
  }

  private mutating func method(_ block: [UInt8], _ byteCount: Int) -> Method {
    // A small block is done before the sample would have paid.
    guard byteCount >= 16 * Self.sampleByteCount else { return .fastest }
    sample.removeAll(keepingCapacity: true)
    let stride = byteCount / Self.sampleCount
    for index in 0..<Self.sampleCount {
      let start = index * stride + (stride - Self.sampleByteCount) / 2
      sample += block[start..<(start + Self.sampleByteCount)]
    }
    let coded = huffman.compress(sample, 0..<sample.count, to: &sampleOutput)
    let searched = fastest.compress(sample, 0..<sample.count, to: &sampleOutput)
    if min(coded, searched) * 10 > sample.count * 9 { return .store }
    return searched * 20 > coded * 19 ? .huffman : .fastest
  }

  /// Deflate's way to say "as it is": pieces of at most 65,535 bytes with their length before them.
  private mutating func store(_ block: [UInt8], _ byteCount: Int) {
    count = 0
    output.removeAll(keepingCapacity: true)
    var start = 0
    while start < byteCount {
      let end = min(start + 65_535, byteCount)
      let length = UInt16(end - start)
      output.append(0)
      for word in [length, ~length] {
        output.append(UInt8(truncatingIfNeeded: word))
        output.append(UInt8(truncatingIfNeeded: word >> 8))
      }
      output += block[start..<end]
      start = end
    }
    count = output.count
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
