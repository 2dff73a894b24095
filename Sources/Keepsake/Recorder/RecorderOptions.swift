#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
package import KeepsakeModel
package import KeepsakeStores

/// What a recorder does differently from the default.
public struct RecorderOptions: Sendable {
  /// How often the run gives a sign of life; `nil` for never, so that it never looks running.
  public var heartbeatInterval: Duration? = .seconds(5)

  /// Where and how the program runs; `nil` to find out.
  public var environment: RunEnvironment?

  /// Called, on any thread, a few times a second while ``Recorder/finish(_:exitCode:)`` sends large
  /// files over a network: how many bytes of those under way were sent, and how many there are.
  public var onProgress: (@Sendable (_ done: Int64, _ total: Int64) -> Void)?

  /// The absolute path from which the project is looked for; `nil` for this process's own.
  package var workingDirectory: String?

  /// Whether the recorder of an experiment that is resumed is known to be dead, so that its last
  /// sign of life says nothing.
  package var takesOver = false

  /// Called, on any thread, when something could not be recorded that no call returns at once.
  package var onLoss: @Sendable (ExperimentID, Loss) -> Void = { _, _ in }

  /// How far large files are that are sent over a network.
  package var transfers = TransferMeter()

  /// How repositories are opened, by the scheme of their URL.
  package var openers = StoreOpeners.disk

  /// What time it is.
  package var now: @Sendable () -> Timestamp = { Timestamp.systemClock() }

  /// How often the experiment's JSON is rewritten at most.
  package var mergeInterval = Duration.seconds(1)

  /// How long the background work rests between two rounds.
  package var tickInterval = Duration.seconds(1)

  /// Whether the background work is done by itself. Tests turn it off.
  package var ticks = true

  /// The default.
  public init() {}
}

extension Timestamp {
  /// What the system's clock says.
  package static func systemClock() -> Timestamp {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
