@testable import KeepsakeRepository

/// Builds tar files that no honest program would write.
struct TarBuilder {
  private(set) var bytes: [UInt8] = []

  /// Adds an entry as it is told. `claimed` is the size that the header names.
  mutating func add(
    _ name: some StringProtocol, _ content: [UInt8] = [], type: Character = "0", mode: Int = 0o644,
    target: String = "", claimed: String? = nil, magic: String = "ustar\u{0}00", prefix: String = ""
  ) {
    add(
      Array(name.utf8), content, type: type, mode: mode, target: target, claimed: claimed,
      magic: magic, prefix: prefix)
  }

  mutating func add(
    _ name: [UInt8], _ content: [UInt8] = [], type: Character = "0", mode: Int = 0o644,
    target: String = "", claimed: String? = nil, magic: String = "ustar\u{0}00", prefix: String = ""
  ) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], _ offset: Int, _ limit: Int) {
      for (index, byte) in bytes.prefix(limit).enumerated() { header[offset + index] = byte }
    }
    func octal(_ number: Int, _ digits: Int) -> [UInt8] {
      let text = String(number, radix: 8)
      return Array((String(repeating: "0", count: digits - text.count) + text).utf8)
    }
    put(name, 0, 100)
    put(octal(mode, 7), 100, 8)
    put(claimed.map { Array($0.utf8) } ?? octal(content.count, 11), 124, 12)
    put(octal(1_700_000_000, 11), 136, 12)
    header[156] = type.asciiValue ?? 0
    put(Array(target.utf8), 157, 100)
    put(Array(magic.utf8), 257, 8)
    put(Array(prefix.utf8), 345, 155)
    put(Array("        ".utf8), 148, 8)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + [0, 0x20], 148, 8)
    bytes += header + content
    bytes += [UInt8](repeating: 0, count: -content.count & 511)
  }

  mutating func addBytes(_ more: [UInt8]) { bytes += more }

  /// The file with its end mark.
  var ended: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  /// The file with its end mark, compressed.
  var compressed: [UInt8] { gzip(ended) }
}

/// Compresses `bytes` to one gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var compressor = BlockCompressor()
  compressor.compress(bytes, count: bytes.count)
  return Gzip.header + compressor.output.prefix(compressor.count)
    + Gzip.end(checksum: CRC32(bytes, 0..<bytes.count), byteCount: Int64(bytes.count))
}
