/// Where a copy of an object stands in a cache's file.
///
/// A file is a row of records. Numbers are little-endian:
///
/// | offset | size | meaning |
/// |---|---|---|
/// | 0 | 4 | `KsC1` |
/// | 4 | 4 | CRC-32C of what follows, up to the content |
/// | 8 | 4 | CRC-32C of the content |
/// | 12 | 2 | k, the size of the key |
/// | 14 | 2 | v, the size of the version |
/// | 16 | 8 | n, the size of the content |
/// | 24 | k | the key |
/// | 24 + k | v | the version |
/// | 24 + k + v | n | the content |
///
/// The first record has the store's name as its key, and no content.
struct CacheRecord: Sendable, Equatable {
  var key: String
  var version: String
  var checksum: UInt32

  /// The size of the content, in bytes.
  var count: Int64

  static let magic: UInt32 = 0x3143_734B
  static let fixedSize = 24

  /// How long keys and versions may be: a head fits into one read.
  static let textLimit = 1500
  static let headLimit = fixedSize + 2 * textLimit

  /// How large a content is kept. Metadata is smaller; what is not is read from the store.
  static let contentLimit = 16 << 20

  /// Describes `content`; `nil` where it is too large, or its key is.
  init?(key: String, version: String, content: Span<UInt8>) {
    guard key.utf8.count <= Self.textLimit, version.utf8.count <= Self.textLimit,
      content.count <= Self.contentLimit
    else { return nil }
    var checksum = CRC32C()
    checksum.update(content)
    (self.key, self.version) = (key, version)
    (self.checksum, count) = (checksum.value, Int64(content.count))
  }

  var headSize: Int { Self.fixedSize + key.utf8.count + version.utf8.count }

  var size: Int64 { Int64(headSize) + count }

  /// What stands before the content.
  var head: [UInt8] {
    var checked: [UInt8] = []
    Self.append(checksum, to: &checked)
    Self.append(UInt16(key.utf8.count), to: &checked)
    Self.append(UInt16(version.utf8.count), to: &checked)
    Self.append(UInt64(count), to: &checked)
    checked += key.utf8
    checked += version.utf8
    var head: [UInt8] = []
    Self.append(Self.magic, to: &head)
    Self.append(CRC32C(of: checked).value, to: &head)
    return head + checked
  }

  /// Reads a head; `nil` where there is none, or it is damaged.
  init?(head bytes: [UInt8]) {
    guard bytes.count >= Self.fixedSize, Self.number(bytes, 0, 4) == UInt64(Self.magic) else {
      return nil
    }
    let keySize = Int(Self.number(bytes, 12, 2))
    let versionSize = Int(Self.number(bytes, 14, 2))
    let content = Self.number(bytes, 16, 8)
    let end = Self.fixedSize + keySize + versionSize
    guard keySize <= Self.textLimit, versionSize <= Self.textLimit, end <= bytes.count,
      content <= UInt64(Self.contentLimit),
      Self.number(bytes, 4, 4) == UInt64(CRC32C(of: Array(bytes[8..<end])).value),
      let key = String(validating: bytes[24..<24 + keySize], as: UTF8.self),
      let version = String(validating: bytes[(24 + keySize)..<end], as: UTF8.self)
    else { return nil }
    (self.key, self.version) = (key, version)
    checksum = UInt32(Self.number(bytes, 8, 4))
    count = Int64(content)
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
    (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }
}
