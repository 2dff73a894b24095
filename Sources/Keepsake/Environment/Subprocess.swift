#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Runs short commands.
enum Subprocess {
  /// What a command prints; `nil` when it does not start, fails, or has not ended after `limit`.
  ///
  /// Its errors are dropped. One that takes too long is killed, and not waited for: a process that
  /// hangs in a dead network disk does not end then either.
  static func output(of words: [String], limit: Duration = .seconds(10)) -> String? {
    guard let (reading, writing) = makePipe() else { return nil }
    defer { close(reading) }
    guard let process = spawn(words, output: writing) else {
      close(writing)
      return nil
    }
    close(writing)
    let deadline = ContinuousClock.now + limit
    guard let bytes = readAll(reading, until: deadline), let status = wait(process, until: deadline)
    else {
      giveUp(process)
      return nil
    }
    return status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  /// Two connected ends, which no other program that starts at this moment inherits.
  private static func makePipe() -> (reading: Int32, writing: Int32)? {
    var ends: [Int32] = [-1, -1]
    #if os(Linux)
      // The importer leaves out pipe2. SOCK_CLOEXEC is O_CLOEXEC.
      #if canImport(Musl)
        let kind = SOCK_STREAM | O_CLOEXEC
      #else
        let kind = Int32(SOCK_STREAM.rawValue) | O_CLOEXEC
      #endif
      guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
    #else
      guard unsafe pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #endif
    return (ends[0], ends[1])
  }

  /// The status of a process that ends before `deadline`.
  private static func wait(_ process: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
    while true {
      var status: Int32 = 0
      let result = unsafe waitpid(process, &status, WNOHANG)
      if result == process { return status }
      // Somebody else waited for it, and nothing tells how it ended.
      if result < 0 && errno != EINTR { return 0 }
      guard ContinuousClock.now < deadline else { return nil }
      // It closed its output, so that it is about to end.
      _ = poll(nil, 0, 5)
    }
  }

  private static func spawn(_ words: [String], output: Int32) -> pid_t? {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    return unsafe posix_spawnp(&process, words[0], &actions, nil, &arguments, environ) == 0
      ? process : nil
  }

  private static func giveUp(_ process: pid_t) {
    var status: Int32 = 0
    // The number of one that has ended may be another's by now.
    guard unsafe waitpid(process, &status, WNOHANG) == 0 else { return }
    kill(process, SIGKILL)
    _ = wait(process, until: ContinuousClock.now + .milliseconds(100))
  }

  /// All that comes before the end; `nil` where the end does not come before `deadline`.
  private static func readAll(
    _ descriptor: Int32, until deadline: ContinuousClock.Instant
  ) -> [UInt8]? {
    var bytes: [UInt8] = []
    while true {
      let left = (deadline - ContinuousClock.now) / Duration.milliseconds(1)
      guard left > 0 else { return nil }
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&request, 1, Int32(min(left.rounded(.up), 60_000)))
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      guard ready > 0 else { return nil }
      let block = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        repeat {
          count = unsafe read(descriptor, buffer.baseAddress, buffer.count)
        } while count < 0 && errno == EINTR
        count = max(count, 0)
      }
      if block.isEmpty { return bytes }
      bytes += block
    }
  }
}
