/// Whether a run goes on, and if not, how it ended.
public enum ExperimentStatus: String, Sendable, Hashable, CaseIterable {
  /// Its heartbeat is younger than ``Experiment/heartbeatLifetime``.
  case running
  /// It completed.
  case finished
  /// It reported an error.
  case failed
  /// It stopped giving signs of life, or was stopped from outside.
  case killed
  /// It ended, and its recorder did not say how: Keepsake 0.4.2 records no end.
  case stopped

  /// Whether the run goes on.
  public var isRunning: Bool { self == .running }
}

extension Experiment {
  /// How long a heartbeat is fresh.
  public static let heartbeatLifetime = Duration.seconds(30)

  /// The status at the moment `now`.
  public func status(at now: Timestamp) -> ExperimentStatus {
    if let ending {
      switch ending.outcome {
      case .finished: return .finished
      case .failed: return .failed
      case .killed: return .killed
      }
    }
    guard let heartbeat else { return .stopped }
    if now.since(heartbeat) < Self.heartbeatLifetime { return .running }
    return isRecorderOld ? .stopped : .killed
  }

  /// Whether a version before 1.0 recorded the experiment: it removes its heartbeat only where the
  /// program calls `stop()`, so that one that is left says nothing.
  private var isRecorderOld: Bool { keepsakeVersion.hasPrefix("0.") }
}
