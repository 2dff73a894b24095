/// What a query must be told, because the model has no clock, no time zone and no JSON reader.
package struct QueryContext: Sendable {
  /// The present moment.
  package var now: Timestamp

  /// How many seconds local time is ahead of UTC at a moment.
  package var secondsFromUTC: @Sendable (Timestamp) -> Int

  /// Reads a JSON document; `nil` when the text is none.
  package var readJSON: @Sendable (String) -> JSONValue?

  package init(
    now: Timestamp, secondsFromUTC: @escaping @Sendable (Timestamp) -> Int = { _ in 0 },
    readJSON: @escaping @Sendable (String) -> JSONValue? = { _ in nil }
  ) {
    self.now = now
    self.secondsFromUTC = secondsFromUTC
    self.readJSON = readJSON
  }
}
