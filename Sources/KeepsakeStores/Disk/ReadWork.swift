#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import Synchronization

/// Hands out indices to threads and collects what went wrong.
final class ReadWork: Sendable {
  private let count: Int
  private let position = Atomic<Int>(0)
  private let failed = Mutex<[Int: StoreError]>([:])

  init(count: Int) { self.count = count }

  func next() -> Int? {
    let index = position.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < count ? index : nil
  }

  func fail(_ index: Int, _ error: StoreError) { failed.withLock { $0[index] = error } }

  var failures: [Int: StoreError] { failed.withLock { $0 } }
}

/// One thread's memory for the content of files, used again for each.
@safe struct ReadBuffer: ~Copyable {
  private var bytes: UnsafeMutableRawBufferPointer

  init() { unsafe bytes = .allocate(byteCount: 1 << 18, alignment: 16) }

  deinit { unsafe bytes.deallocate() }

  /// Reads the whole file at `path`.
  mutating func read(_ path: String, _ body: (Span<UInt8>) -> Void) throws(POSIXError) {
    let file = try FileHandle(reading: path)
    let size = Int(try file.status().st_size)
    guard size <= FileHandle.readLimit else { throw POSIXError(number: EOVERFLOW) }
    try read(file, 0, size, body)
  }

  /// Reads `count` bytes from `offset` on, fewer where the file ends.
  mutating func read(
    _ file: borrowing FileHandle, _ offset: Int64, _ count: Int, _ body: (Span<UInt8>) -> Void
  ) throws(POSIXError) {
    if unsafe count > bytes.count {
      unsafe bytes.deallocate()
      unsafe bytes = .allocate(byteCount: count, alignment: 16)
    }
    let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
    let filled = unsafe try file.read(into: target, at: offset)
    let read = unsafe UnsafeRawBufferPointer(rebasing: target[..<filled])
    unsafe body(read.assumingMemoryBound(to: UInt8.self).span)
  }
}
