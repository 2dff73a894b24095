#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import Synchronization

/// The recorders that have not finished, to be finished when the program ends.
enum OpenRecorders {
  private struct State {
    var recorders: [ObjectIdentifier: Recorder] = [:]

    /// The process that the exit handler is installed in: a forked child records nothing.
    var process: pid_t?
  }

  private static let state = Mutex(State())

  static func add(_ recorder: Recorder) {
    let isFirst = state.withLock { state in
      defer { state.process = state.process ?? getpid() }
      state.recorders[ObjectIdentifier(recorder)] = recorder
      return state.process == nil
    }
    if isFirst { installHandler() }
  }

  static func remove(_ recorder: Recorder) {
    state.withLock { _ = $0.recorders.removeValue(forKey: ObjectIdentifier(recorder)) }
  }

  private static func installHandler() {
    #if canImport(Glibc)
      // Unlike atexit, on_exit tells the exit status.
      unsafe on_exit({ status, _ in OpenRecorders.finishAll(exitCode: Int(status)) }, nil)
    #else
      atexit { OpenRecorders.finishAll(exitCode: nil) }
    #endif
  }

  private static func finishAll(exitCode: Int?) {
    let recorders = state.withLock { state in
      state.process == getpid() ? Array(state.recorders.values) : []
    }
    for recorder in recorders {
      recorder.finish(exitCode ?? 0 == 0 ? .finished : .failed, exitCode: exitCode)
    }
  }
}
