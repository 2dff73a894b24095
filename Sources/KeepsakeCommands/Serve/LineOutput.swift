#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import Dispatch
internal import KeepsakeWire
internal import Synchronization

/// Writes lines to the program, which may be too busy to read them: they wait in memory.
final class LineOutput: Sendable {
  private struct State {
    var waiting: [WireLine] = []
    var byteCount = 0
    var isWriting = false
    /// Nobody will ever read.
    var isBroken = false
    /// Whoever waits until there is less to write.
    var producers: [CheckedContinuation<Void, Never>] = []
  }

  private let descriptor: Int32
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "keepsake.serve.output")

  /// How many bytes may wait before ``room()`` does.
  private static let limit = 8 << 20

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Writes a line, in the order of the calls. Never blocks.
  func send(_ line: WireLine) {
    let starts = state.withLock { state in
      if state.isBroken { return false }
      state.waiting.append(line)
      state.byteCount += line.bytes.count
      defer { state.isWriting = true }
      return !state.isWriting
    }
    if starts { queue.async { self.writeAll() } }
  }

  /// Waits until not too much waits to be written.
  func room() async { await wait(below: Self.limit) }

  /// Waits until everything is written, at most for `limit`.
  func finish(within limit: Duration) async {
    let deadline = ContinuousClock.now + limit
    while state.withLock({ $0.isWriting }), ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(1))
    }
  }

  private func wait(below limit: Int) async {
    await withCheckedContinuation { continuation in
      let waits = state.withLock { state in
        if state.byteCount < limit || state.isBroken { return false }
        state.producers.append(continuation)
        return true
      }
      if !waits { continuation.resume() }
    }
  }

  private func writeAll() {
    while true {
      let lines = state.withLock { state in
        defer { state.waiting = [] }
        if state.waiting.isEmpty { state.isWriting = false }
        return state.waiting
      }
      if lines.isEmpty { return }
      for line in lines { write(line) }
    }
  }

  private func write(_ line: WireLine) {
    let isWritten = Self.write(line.bytes, to: descriptor)
    let producers = state.withLock { state in
      state.byteCount -= line.bytes.count
      if !isWritten { state.isBroken = true }
      if state.byteCount >= Self.limit && isWritten { return state.producers[0..<0] }
      defer { state.producers = [] }
      return state.producers[...]
    }
    for producer in producers { producer.resume() }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = unsafe systemWrite(
          descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        if count < 0 && errno == EINTR { continue }
        if count < 0 && errno == EAGAIN {
          var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = unsafe poll(&request, 1, -1)
          continue
        }
        if count <= 0 { return false }
        done += count
      }
      return true
    }
  }
}

/// The system's `write`, which the methods above hide.
private func systemWrite(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int
) -> Int {
  unsafe write(descriptor, bytes, count)
}
