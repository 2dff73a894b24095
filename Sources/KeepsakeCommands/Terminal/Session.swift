internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeStores

/// What a command gets from the process that it runs in; a test passes its own.
struct Session: Sendable {
  /// An absolute path.
  var workingDirectory: String

  /// The environment's variables.
  var environment: [String: String]

  /// Where results go.
  var output: OutputChannel

  /// Where messages go.
  var messages: OutputChannel

  /// Where answers come from.
  var input: InputChannel

  /// The present moment.
  var now: @Sendable () -> Timestamp

  /// The time zone of people who read the output.
  var localTime: LocalTime

  /// How repositories are opened.
  var openers: StoreOpeners

  /// How recorders open repositories: without copies, and with more patience.
  var recorderOpeners: StoreOpeners?

  /// How many requests were sent over the network, in words; `nil` for none.
  var requests: @Sendable () -> String? = { nil }

  /// How far the transfers of large files are.
  var transfers = TransferMeter()

  /// The name of this machine.
  var host = ""

  /// Takes messages to people instead of ``messages``; `nil` where they are printed.
  var takeMessage: (@Sendable (String) -> Void)?

  /// Whether output is coloured; `nil` where nothing was said.
  var colorChoice: Bool?

  /// The session of the running command.
  ///
  /// Task-local, because the argument parser makes the commands itself.
  @TaskLocal static var current = Session.process()
}

/// Where text goes.
struct OutputChannel: Sendable {
  /// Whether a person sees it as it is written.
  var isTerminal: Bool

  /// The width of the terminal.
  var columns: Int

  /// Writes text.
  var write: @Sendable (String) -> Void
}

/// Where lines come from.
struct InputChannel: Sendable {
  /// Reads a line without its newline; `nil` at the end.
  var readLine: @Sendable () -> String?

  /// Reads all that is left.
  var readAll: @Sendable () -> [UInt8]
}

extension Session {
  /// What a query needs.
  var queryContext: QueryContext {
    QueryContext(now: now(), secondsFromUTC: { localTime.fields($0).secondsFromUTC }) {
      JSONText.value($0)
    }
  }

  /// Whether text on `channel` is coloured.
  func usesColor(on channel: OutputChannel) -> Bool {
    if let colorChoice { return colorChoice }
    return channel.isTerminal && environment["NO_COLOR", default: ""].isEmpty
      && environment["TERM"] != "dumb"
  }

  /// Writes a result, with a newline.
  func print(_ text: String) { output.write(text + "\n") }
}
