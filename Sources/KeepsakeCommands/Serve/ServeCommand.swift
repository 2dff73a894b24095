internal import ArgumentParser
internal import Keepsake
internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// `keepsake serve`
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Record and read for the program that started this one",
    discussion: """
      Reads requests from standard input and writes answers to standard output, a JSON object a \
      line. The Python package starts it; people have no use for it. Ends when standard input ends \
      or the program that started it is gone.
      """,
    shouldDisplay: false)

  @Option(
    help: ArgumentHelp(
      "The process whose end is waited for. Default: the parent", valueName: "pid"))
  var parent: Int32?

  func run() async throws {
    Signals.prepare()
    let parent = parent ?? getppid()
    let reader = PipeReader(descriptor: 0) { getppid() != parent }
    let output = LineOutput(descriptor: 1)
    await WireServer(session: Session.current, output: output).run(reader)
    // Nobody reads any more where the program is gone; a child of it may still hold the pipe.
    await output.finish(within: getppid() == parent ? .seconds(10) : .zero)
  }
}

/// Whether SIGTERM came. A signal's handler can reach nothing but globals.
private let isTerminationWanted = Atomic(false)

/// The signals that a whole process group gets.
enum Signals {
  /// Ignores what is meant for the program; takes note of SIGTERM.
  static func prepare() {
    isTerminationWanted.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGHUP, SIGPIPE] { _ = signal(number, SIG_IGN) }
    _ = signal(SIGTERM) { _ in isTerminationWanted.store(true, ordering: .relaxed) }
  }

  /// Whether SIGTERM came since the last call.
  static func takeTermination() -> Bool {
    isTerminationWanted.exchange(false, ordering: .relaxed)
  }
}
