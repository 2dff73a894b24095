#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import Dispatch

/// Reads what the program writes, until it writes no more.
struct PipeReader: Sendable {
  /// What comes next.
  enum Input: Sendable {
    case bytes([UInt8])
    /// The process is asked to end soon.
    case hurry
    /// Nothing comes any more.
    case end
  }

  /// Where to read.
  let descriptor: Int32

  /// Whether the program is gone. The pipe alone does not tell: a process that the program forked
  /// may hold it.
  let isProgramGone: @Sendable () -> Bool

  private let queue = DispatchQueue(label: "keepsake.serve.input")

  private static let pollMilliseconds: Int32 = 500
  private static let blockSize = 256 << 10

  init(descriptor: Int32, isProgramGone: @escaping @Sendable () -> Bool) {
    self.descriptor = descriptor
    self.isProgramGone = isProgramGone
  }

  /// Waits for what comes next, on a thread of its own.
  func next() async -> Input {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: waitForNext()) }
    }
  }

  private func waitForNext() -> Input {
    while true {
      if Signals.takeTermination() { return .hurry }
      // Asked before the pipe, which then has all that the program wrote.
      let isGone = isProgramGone()
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&request, 1, isGone ? 0 : Self.pollMilliseconds)
      if ready > 0 {
        if let input = readBlock() { return input }
      } else if ready == 0 {
        if isGone { return .end }
      } else if errno != EINTR {
        return .end
      }
    }
  }

  /// Reads what is there; `nil` where it was not there after all.
  private func readBlock() -> Input? {
    var result = 0
    let block = unsafe [UInt8](unsafeUninitializedCapacity: Self.blockSize) { buffer, count in
      result = unsafe read(descriptor, buffer.baseAddress, buffer.count)
      count = max(result, 0)
    }
    if result > 0 { return .bytes(block) }
    return result < 0 && (errno == EINTR || errno == EAGAIN) ? nil : .end
  }
}
