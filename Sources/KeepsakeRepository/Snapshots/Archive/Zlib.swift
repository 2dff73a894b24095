// The compressor and its pointers.
internal import CZlib

/// Compresses blocks that share nothing, to be joined to one deflate stream.
@safe struct Deflater: ~Copyable {
  private let stream: UnsafeMutablePointer<z_stream>

  /// `searches` is whether it looks for repetitions, or only gives frequent bytes short codes.
  init(level: Int32, searches: Bool = true) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Raw deflate, as the gzip frame around all blocks is written by hand; the largest tables.
    let result = unsafe deflateInit2_(
      stream, level, Z_DEFLATED, -15, 9, searches ? Z_DEFAULT_STRATEGY : Z_HUFFMAN_ONLY,
      zlibVersion(),
      Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib has no memory")
  }

  deinit {
    _ = unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Compresses `range` of `input` to the start of `output`, enlarging that, and returns how many
  /// bytes it became. They end at a byte boundary and do not end the stream.
  mutating func compress(_ input: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= input.count)
    _ = unsafe deflateReset(stream)
    let needed = Int(unsafe deflateBound(stream, UInt(range.count))) + 16
    if output.count < needed { output += [UInt8](repeating: 0, count: needed - output.count) }
    return unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        // SAFETY: zlib does not write to its input, and has room for the worst case.
        let next = unsafe source.bindMemory(to: Bytef.self).baseAddress.map {
          unsafe $0 + range.lowerBound
        }
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: next)
        unsafe stream.pointee.avail_in = UInt32(range.count)
        unsafe stream.pointee.next_out = target.bindMemory(to: Bytef.self).baseAddress
        unsafe stream.pointee.avail_out = UInt32(target.count)
        let result = unsafe deflate(stream, Z_SYNC_FLUSH)
        let unread = unsafe stream.pointee.avail_in
        precondition(result == Z_OK && unread == 0, "zlib ran out of room")
        return unsafe target.count - Int(stream.pointee.avail_out)
      }
    }
  }
}

/// Decompresses gzip members.
@safe struct Inflater: ~Copyable {
  enum Outcome { case more, endOfMember, corrupt }

  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 16 more than the window: gzip frames only, checked.
    let result = unsafe inflateInit2_(
      stream, 15 + 16, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib has no memory")
  }

  deinit {
    _ = unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Makes ready for another member.
  mutating func reset() { _ = unsafe inflateReset(stream) }

  /// Decompresses from `input` until that is used up, `output` is full or the member ends.
  mutating func inflate(
    _ input: [UInt8], _ range: Range<Int>, to output: inout [UInt8]
  ) -> (used: Int, made: Int, outcome: Outcome) {
    precondition(range.lowerBound >= 0 && range.upperBound <= input.count)
    return unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        // SAFETY: zlib does not write to its input.
        let next = unsafe source.bindMemory(to: Bytef.self).baseAddress.map {
          unsafe $0 + range.lowerBound
        }
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: next)
        unsafe stream.pointee.avail_in = UInt32(range.count)
        unsafe stream.pointee.next_out = target.bindMemory(to: Bytef.self).baseAddress
        unsafe stream.pointee.avail_out = UInt32(target.count)
        let outcome: Outcome =
          switch unsafe CZlib.inflate(stream, Z_NO_FLUSH) {
          case Z_OK, Z_BUF_ERROR: .more
          case Z_STREAM_END: .endOfMember
          default: .corrupt
          }
        return (
          range.count - Int(unsafe stream.pointee.avail_in),
          target.count - Int(unsafe stream.pointee.avail_out), outcome
        )
      }
    }
  }
}

/// The checksum of a gzip member.
struct CRC32: Hashable {
  private(set) var value: UInt32 = 0

  init() {}

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    value = unsafe bytes.withUnsafeBytes { buffer in
      let start = unsafe buffer.bindMemory(to: Bytef.self).baseAddress.map {
        unsafe $0 + range.lowerBound
      }
      return UInt32(truncatingIfNeeded: unsafe crc32(0, start, UInt32(range.count)))
    }
  }

  /// Appends `byteCount` bytes whose checksum is `next`.
  mutating func append(_ next: CRC32, byteCount: Int) {
    value = UInt32(
      truncatingIfNeeded: crc32_combine(UInt(value), UInt(next.value), byteCount))
  }
}
