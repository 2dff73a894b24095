internal import KeepsakeStores
internal import NIOCore

/// Takes in an answer's content, a megabyte at a time where it goes into a file.
struct BodyReceiver {
  static let chunk: Int64 = 1 << 20

  /// No server needs more than this to say what is wrong.
  static let errorLimit = 1 << 20

  private let destination: HTTPDestination

  /// The content, or what of it is not in the file yet.
  private(set) var bytes: [UInt8] = []

  /// How many bytes came.
  private(set) var byteCount: Int64 = 0

  /// The checksum of what is in the file, where one is wanted.
  private(set) var checksum: CRC32C?

  init(_ destination: HTTPDestination) {
    self.destination = destination
    if case .file(_, _, _, isSummed: true) = destination { checksum = CRC32C() }
  }

  mutating func add(_ buffer: ByteBuffer) async throws {
    byteCount += Int64(buffer.readableBytes)
    let limit =
      switch destination {
      case .memory(let limit): Int64(limit)
      case .file(_, _, let limit, _): limit
      }
    guard byteCount <= limit else {
      throw HTTPFailure(.invalid, "the answer has more than \(limit) bytes")
    }
    bytes.append(contentsOf: buffer.readableBytesView)
    if case .file = destination, bytes.count >= Int(Self.chunk) { try await flush() }
  }

  mutating func finish() async throws {
    if case .file = destination { try await flush() }
  }

  private mutating func flush() async throws {
    guard case .file(let file, let start, _, _) = destination, !bytes.isEmpty else { return }
    let (part, offset, before) = (bytes, start + byteCount - Int64(bytes.count), checksum)
    bytes.removeAll(keepingCapacity: true)
    checksum = try await BlockingPool.run { () throws(StoreError) in
      try file.write(part, at: offset)
      var checksum = before
      checksum?.update(part.span)
      return checksum
    }
  }
}
