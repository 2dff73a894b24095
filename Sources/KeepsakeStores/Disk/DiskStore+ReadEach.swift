#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import Synchronization

extension DiskStore {
  public func readEach(
    _ keys: [String], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int: StoreError] {
    let work = ReadWork(count: keys.count)
    await BlockingPool.forEach(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) { _ in
      var buffer = ReadBuffer()
      while let index = work.next() {
        do throws(POSIXError) {
          try buffer.read(path(of: keys[index])) { body(index, $0) }
        } catch {
          work.fail(
            index, error.storeError("cannot read \(keys[index])", path: path(of: keys[index])))
        }
      }
    }
    return work.failures
  }
}

/// Hands out indices to threads and collects what went wrong.
private final class ReadWork: Sendable {
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
@safe private struct ReadBuffer: ~Copyable {
  private var bytes: UnsafeMutableRawBufferPointer

  init() { unsafe bytes = .allocate(byteCount: 1 << 18, alignment: 16) }

  deinit { unsafe bytes.deallocate() }

  mutating func read(_ path: String, _ body: (Span<UInt8>) -> Void) throws(POSIXError) {
    let file = try FileHandle(reading: path)
    let size = Int(try file.status().st_size)
    guard size <= FileHandle.readLimit else { throw POSIXError(number: EOVERFLOW) }
    if unsafe size > bytes.count {
      unsafe bytes.deallocate()
      unsafe bytes = .allocate(byteCount: size, alignment: 16)
    }
    let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<size])
    let count = unsafe try file.read(into: target, at: 0)
    let filled = unsafe UnsafeRawBufferPointer(rebasing: target[..<count])
    unsafe body(filled.assumingMemoryBound(to: UInt8.self).span)
  }
}
