internal import Dispatch
internal import KeepsakeModel
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Turns a tar stream into a gzip file with several threads.
///
/// Every thread takes the next block of the stream, compresses it, waits until the block before has
/// been written and writes its own. So there are as many blocks in memory as threads.
final class ArchivePipeline: Sendable {
  static var coreCount: Int { max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1) }

  private let path: String
  private let input: Mutex<Input>
  private let output: Mutex<Output>
  private let failure = Mutex<SnapshotError?>(nil)

  private struct Input: ~Copyable {
    var stream: TarStream
    /// Signalled when the block taken last has been written.
    var previous: DispatchSemaphore
  }

  private struct Output: ~Copyable {
    let file: FileDescriptor
    var checksum = CRC32()
    var contentByteCount: Int64 = 0
    var byteCount: Int64 = 0

    mutating func write(_ bytes: [UInt8], count: Int) throws(SystemError) {
      try file.write(bytes, 0..<count)
      byteCount += Int64(count)
    }
  }

  init(_ stream: consuming TarStream, output: consuming FileDescriptor, path: String) {
    self.path = path
    let first = DispatchSemaphore(value: 0)
    first.signal()
    input = Mutex(Input(stream: stream, previous: first))
    self.output = Mutex(Output(file: output))
  }

  /// Takes blocks until there are no more.
  func work() {
    var compressor = BlockCompressor()
    var block = [UInt8](repeating: 0, count: TarGzipWriter.blockByteCount)
    while let turn = take(&block) {
      let checksum = CRC32(block, 0..<turn.byteCount)
      compressor.compress(block, count: turn.byteCount)
      turn.previous.wait()
      if failure.withLock({ $0 == nil }) { write(compressor, turn.byteCount, checksum) }
      turn.done.signal()
    }
  }

  private struct Turn {
    var byteCount: Int
    var previous: DispatchSemaphore
    var done: DispatchSemaphore
  }

  private func take(_ block: inout [UInt8]) -> Turn? {
    guard failure.withLock({ $0 == nil }) else { return nil }
    return input.withLock { input in
      do throws(SnapshotError) {
        let count = try input.stream.fill(&block)
        guard count > 0 else { return nil }
        let turn = Turn(
          byteCount: count, previous: input.previous, done: DispatchSemaphore(value: 0))
        input.previous = turn.done
        return turn
      } catch {
        fail(error)
        return nil
      }
    }
  }

  private func write(_ compressor: borrowing BlockCompressor, _ byteCount: Int, _ checksum: CRC32) {
    let error: SystemError? = output.withLock { output in
      do throws(SystemError) {
        if output.byteCount == 0 { try output.write(Gzip.header, count: Gzip.header.count) }
        try output.write(compressor.output, count: compressor.count)
        output.checksum.append(checksum, byteCount: byteCount)
        output.contentByteCount += Int64(byteCount)
        return nil
      } catch {
        return error
      }
    }
    if let error { fail(SnapshotError(error, what: "cannot write the archive \(path)")) }
  }

  private func fail(_ error: SnapshotError) {
    failure.withLock { if $0 == nil { $0 = error } }
  }

  /// Ends the gzip member, once no thread works any more.
  func finish() throws(SnapshotError) -> TarGzipWriter.Result {
    if let error = failure.withLock({ $0 }) { throw error }
    let outcome: Result<Int64, SystemError> = output.withLock { output in
      do throws(SystemError) {
        let end = Gzip.end(checksum: output.checksum, byteCount: output.contentByteCount)
        try output.write(end, count: end.count)
        return .success(output.byteCount)
      } catch {
        return .failure(error)
      }
    }
    let files = input.withLock { $0.stream.files }
    switch outcome {
    case .success(let byteCount):
      return TarGzipWriter.Result(index: FileIndex(files), byteCount: byteCount)
    case .failure(let error):
      throw SnapshotError(error, what: "cannot write the archive \(path)")
    }
  }
}
