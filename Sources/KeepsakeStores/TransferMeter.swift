internal import Synchronization

/// How far the transfers of large files are, for whoever shows it.
package final class TransferMeter: Sendable {
  /// Bytes of all transfers that are under way.
  package struct Reading: Sendable, Hashable {
    /// How many have arrived.
    package var done: Int64 = 0

    /// How many there are altogether.
    package var total: Int64 = 0
  }

  private struct State {
    var reading = Reading()
    var transfers = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// How far they are; nothing where none is under way.
  package var reading: Reading? {
    state.withLock { $0.transfers > 0 ? $0.reading : nil }
  }

  /// Adds a transfer of so many bytes.
  package func begin(_ byteCount: Int64) {
    state.withLock { state in
      state.transfers += 1
      state.reading.total += byteCount
    }
  }

  /// Adds bytes that arrived.
  package func advance(_ byteCount: Int64) { state.withLock { $0.reading.done += byteCount } }

  /// Ends a transfer; with the last one, counting starts again.
  package func end() {
    state.withLock { state in
      state.transfers -= 1
      if state.transfers == 0 { state.reading = Reading() }
    }
  }
}
