#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

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
