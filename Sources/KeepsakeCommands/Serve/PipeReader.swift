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

  /// How long lines may gather in the pipe, in microseconds.
  private let nap: UInt32

  private static let pollMilliseconds: Int32 = 500
  private static let blockSize = 256 << 10

  /// After how long without a line a gathering reader waits as any other, in microseconds. To be
  /// woken for one line in so long costs the program nothing that it notices; to look up for hours
  /// would cost the processor more.
  private static let quietLimit: UInt32 = 250_000

  init(descriptor: Int32, isProgramGone: @escaping @Sendable () -> Bool) {
    self.descriptor = descriptor
    self.isProgramGone = isProgramGone
    // A program that does nothing but record fills about 40 kB in a millisecond.
    nap = UInt32(max(250, min(4_000, Self.capacity(of: descriptor) / 256)))
  }

  /// Waits for what comes next, on a thread of its own.
  ///
  /// - Parameter isGathering: whether nobody waits for what comes. A write that wakes a sleeping
  ///   reader costs the program more than the write; a reader that gathers sleeps by the clock and
  ///   lets lines gather in the pipe, where they are as safe.
  func next(isGathering: Bool) async -> Input {
    await withCheckedContinuation { continuation in
      queue.async {
        continuation.resume(
          returning: isGathering ? gathered() ?? waitForNext() : waitForNext())
      }
    }
  }

  /// Looks from time to time at what has gathered; `nil` where nothing comes for long.
  private func gathered() -> Input? {
    for _ in 0..<Self.quietLimit / nap {
      usleep(nap)
      if let input = look(waiting: 0) { return input }
    }
    return nil
  }

  private func waitForNext() -> Input {
    while true {
      if let input = look(waiting: Self.pollMilliseconds) { return input }
    }
  }

  /// Waits for input, but no longer than this; `nil` where there is none.
  private func look(waiting milliseconds: Int32) -> Input? {
    if Signals.takeTermination() { return .hurry }
    // Asked before the pipe, which then has all that the program wrote.
    let isGone = isProgramGone()
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = unsafe poll(&request, 1, isGone ? 0 : milliseconds)
    if ready > 0 { return readBlock() }
    if ready == 0 { return isGone ? .end : nil }
    return errno == EINTR ? nil : .end
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

  /// How many bytes fit into a pipe.
  private static func capacity(of descriptor: Int32) -> Int {
    #if os(Linux)
      // F_GETPIPE_SZ, a macro that Swift does not see.
      let size = fcntl(descriptor, 1032)
      if size > 0 { return Int(size) }
    #endif
    return 64 << 10
  }
}
