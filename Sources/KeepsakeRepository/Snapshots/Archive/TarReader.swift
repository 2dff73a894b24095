/// Goes through the entries of a compressed tar file from start to end.
struct TarReader: ~Copyable {
  /// Something about the archive that is odd but lost no entry that was read.
  private(set) var oddity: String?

  private var gzip: GzipReader
  private let name: String
  private var position = 0
  /// Content of the current entry that is not read yet, then the zeros after it.
  private(set) var left: Int64 = 0
  private var padding = 0

  /// No honest name is longer.
  private static let metadataLimit: Int64 = 1 << 20

  init(_ gzip: consuming GzipReader, name: String) {
    self.gzip = gzip
    self.name = name
  }

  /// The next entry, after skipping what is left of the current one; `nil` at the end.
  mutating func next() throws(SnapshotError) -> TarEntry? {
    var overrides = TarOverrides()
    var metadataCount = 0
    while true {
      try skipContent()
      guard let block = try block() else {
        oddity = "the archive has no end mark, so files may be missing"
        return nil
      }
      if block.allSatisfy({ $0 == 0 }) {
        guard let second = try self.block() else { return nil }
        guard second.allSatisfy({ $0 == 0 }) else { throw corrupt("its headers are damaged") }
        try drain()
        return nil
      }
      guard let fields = TarFields(block) else { throw corrupt("its headers are damaged") }
      switch fields.type {
      case UInt8(ascii: "x"), UInt8(ascii: "X"):
        guard overrides.read(pax: try metadata(fields)) else {
          throw corrupt("its pax headers are damaged")
        }
      case UInt8(ascii: "L"): overrides.name = Array(try metadata(fields).prefix { $0 != 0 })
      case UInt8(ascii: "K"): overrides.linkTarget = Array(try metadata(fields).prefix { $0 != 0 })
      case UInt8(ascii: "g"): _ = try metadata(fields)
      default:
        var hasMap = fields.hasSparseMap
        while hasMap {
          guard let map = try self.block() else { throw corrupt("it ends in the middle") }
          hasMap = map[504] != 0
        }
        let entry = fields.entry(overrides)
        begin(fields.isOnlyHeader ? 0 : entry.byteCount)
        return entry
      }
      metadataCount += 1
      guard metadataCount <= 64 else { throw corrupt("its headers describe no file") }
    }
  }

  /// Hands what is left of the current entry's content to `body`, piece by piece.
  mutating func readContent(
    _ body: ([UInt8], Range<Int>) throws(SnapshotError) -> Void
  ) throws(SnapshotError) {
    while left > 0 {
      guard try fill() else { throw corrupt("it ends in the middle") }
      let count = Int(min(left, Int64(gzip.count - position)))
      try body(gzip.output, position..<(position + count))
      position += count
      left -= Int64(count)
    }
  }

  /// An error about the archive as a whole.
  func corrupt(_ why: String) -> SnapshotError {
    SnapshotError(
      .corrupt, what: "cannot read the archive \(name)", why: why,
      fix: "Restore it from a backup, or use another checkpoint.")
  }

  private mutating func begin(_ byteCount: Int64) {
    left = byteCount
    padding = TarFormat.padding(after: byteCount)
  }

  private mutating func skipContent() throws(SnapshotError) {
    try readContent { _, _ in }
    begin(Int64(padding))
    padding = 0
    // A writer may leave out the zeros after the last entry, and the end mark with them.
    while left > 0, try fill() {
      let count = Int(min(left, Int64(gzip.count - position)))
      position += count
      left -= Int64(count)
    }
    left = 0
  }

  private mutating func metadata(_ fields: TarFields) throws(SnapshotError) -> [UInt8] {
    guard fields.byteCount <= Self.metadataLimit else {
      throw corrupt("it claims a header of \(fields.byteCount) bytes")
    }
    begin(fields.byteCount)
    var bytes: [UInt8] = []
    try readContent { piece, range in bytes += piece[range] }
    return bytes
  }

  /// The next 512 bytes; `nil` at the end of the file.
  private mutating func block() throws(SnapshotError) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(TarFormat.blockByteCount)
    while bytes.count < TarFormat.blockByteCount {
      guard try fill() else {
        if bytes.isEmpty { return nil }
        throw corrupt("it ends in the middle")
      }
      let count = min(TarFormat.blockByteCount - bytes.count, gzip.count - position)
      bytes += gzip.output[position..<(position + count)]
      position += count
    }
    return bytes
  }

  /// Reads what follows the end mark, so that the checksum is checked; usually zeros.
  private mutating func drain() throws(SnapshotError) {
    var seen = 0
    var isZero = true
    while seen < 16 << 20, try fill() {
      isZero = isZero && gzip.output[position..<gzip.count].allSatisfy { $0 == 0 }
      seen += gzip.count - position
      position = gzip.count
    }
    if !isZero || gzip.hasGarbageAtEnd || seen >= 16 << 20 {
      oddity = "something follows the end of the archive; it was ignored"
    }
  }

  /// Makes sure that there is something at `position`; false at the end of the file.
  private mutating func fill() throws(SnapshotError) -> Bool {
    if position < gzip.count { return true }
    position = 0
    do {
      return try gzip.read()
    } catch {
      switch error {
      case .system(let error): throw SnapshotError(error, what: "cannot read the archive \(name)")
      case .corrupt(let why): throw corrupt(why)
      }
    }
  }
}
