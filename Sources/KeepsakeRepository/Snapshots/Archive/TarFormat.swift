// A tar file is a sequence of 512-byte blocks. An entry is a header, then its content, filled up
// with zeros. Two blocks of zeros end the file. The header:
//
// | offset | size | meaning                                                            |
// |-------:|-----:|--------------------------------------------------------------------|
// |      0 |  100 | name, with zeros after it unless it is full                        |
// |    100 |    8 | permissions, octal digits                                          |
// |    108 |    8 | user number (ours: 0)                                              |
// |    116 |    8 | group number (ours: 0)                                             |
// |    124 |   12 | size of the content, octal, or binary when the top bit is set      |
// |    136 |   12 | last change, seconds since 1970                                    |
// |    148 |    8 | sum of the header's bytes, with spaces here                        |
// |    156 |    1 | type: `0` file, `2` symbolic link, `5` folder, `x` pax, `L` `K` GNU |
// |    157 |  100 | where a link points                                                |
// |    257 |    8 | `ustar`, zero, `00`; GNU: `ustar`, two spaces, zero                |
// |    265 |   64 | names of user and group (ours: empty)                              |
// |    329 |   16 | device numbers (ours: empty)                                       |
// |    345 |  155 | what comes before the name and a `/`; not with GNU                 |
//
// An entry of type `x` holds lines `LENGTH KEY=VALUE` that override fields of the entry after it.

/// Offsets, sizes and letters of the tar format.
enum TarFormat {
  static let blockByteCount = 512

  static let name = 0..<100
  static let mode = 100..<108
  static let user = 108..<116
  static let group = 116..<124
  static let size = 124..<136
  static let modified = 136..<148
  static let checksum = 148..<156
  static let type = 156
  static let linkTarget = 157..<257
  static let magic = 257..<265
  static let prefix = 345..<500

  /// Zeros that fill `byteCount` bytes of content up to whole blocks.
  static func padding(after byteCount: Int64) -> Int { Int(-byteCount & 511) }

  /// The sum of the header's bytes, its own field counted as spaces.
  static func sum(of header: ArraySlice<UInt8>) -> Int {
    var sum = 0
    for (offset, byte) in header.enumerated() {
      sum += checksum.contains(offset) ? 0x20 : Int(byte)
    }
    return sum
  }
}
