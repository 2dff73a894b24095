internal import KeepsakeStores

extension Session {
  /// Runs `body`; says on a terminal what goes on, where it takes over half a second, and how far
  /// large files are.
  func withProgress<Result, Failure: Error>(
    _ message: String, _ body: () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    guard messages.isTerminal else { return try await body() }
    let (channel, transfers) = (messages, transfers)
    let text = ControlCharacters.replaced(in: message)
    let ticker = Task {
      var shown = ""
      var pause = Duration.milliseconds(500)
      while (try? await Task.sleep(for: pause)) != nil {
        pause = .milliseconds(200)
        let line = Self.line(text, transfers.reading, columns: channel.columns)
        // Back to the start of the line, and erase it.
        if line != shown { channel.write("\(shown.isEmpty ? "" : "\r\u{1B}[K")\(line)") }
        shown = line
      }
      return !shown.isEmpty
    }
    func finish() async {
      ticker.cancel()
      if await ticker.value { channel.write("\r\u{1B}[K") }
    }
    do throws(Failure) {
      let result = try await body()
      await finish()
      return result
    } catch {
      await finish()
      throw error
    }
  }

  /// `Copying files… [████      ] 1.2 of 3.4 GB`, as far as there is room.
  static func line(_ message: String, _ reading: TransferMeter.Reading?, columns: Int) -> String {
    guard let reading, reading.total > 0 else { return message + "…" }
    let share = min(1, max(0, Double(reading.done) / Double(reading.total)))
    let amount = "\(ByteText.text(reading.done)) of \(ByteText.text(reading.total))"
    let width = columns - DisplayWidth.of(message) - amount.count - 6
    guard width >= 8 else { return "\(message)… \(amount)" }
    let cells = min(width, 30)
    let filled = Int(share * Double(cells))
    let bar =
      String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
    return "\(message)… \(bar) \(amount)"
  }
}
