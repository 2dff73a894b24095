extension Session {
  /// Runs `body`; says on a terminal what goes on, where it takes over half a second.
  func withProgress<Result>(
    _ message: String, _ body: () async throws -> Result
  ) async rethrows -> Result {
    guard messages.isTerminal else { return try await body() }
    let channel = messages
    let ticker = Task {
      do {
        try await Task.sleep(for: .milliseconds(500))
        channel.write(ControlCharacters.replaced(in: message) + "…")
        return true
      } catch {
        return false
      }
    }
    func finish() async {
      ticker.cancel()
      // Back to the start of the line, and erase it.
      if await ticker.value { channel.write("\r\u{1B}[K") }
    }
    do {
      let result = try await body()
      await finish()
      return result
    } catch {
      await finish()
      throw error
    }
  }
}
