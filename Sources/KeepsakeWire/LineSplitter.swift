/// Takes a stream of bytes apart into lines.
struct LineSplitter: Sendable {
  private let limit: Int

  /// The beginning of a line whose end has not come yet.
  private var beginning: [UInt8] = []

  /// Whether the present line is too long: the rest of it is dropped.
  private var isTooLong = false

  /// Splits lines of at most `limit` bytes.
  init(limit: Int) { self.limit = limit }

  /// Calls `body` with each line that ends in `bytes`, without its line feed, or `nil` for one
  /// that is too long.
  mutating func split(_ bytes: [UInt8], _ body: (Span<UInt8>?) -> Void) {
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      if beginning.isEmpty && !isTooLong && end - start <= limit {
        body(bytes.span.extracting(start..<end))
      } else {
        keep(bytes[start..<end])
        if isTooLong { body(nil) } else { body(beginning.span) }
        beginning = []
        isTooLong = false
      }
      start = end + 1
    }
    keep(bytes[start...])
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    if isTooLong { return }
    if beginning.count + bytes.count > limit {
      isTooLong = true
      beginning = []
    } else {
      beginning += bytes
    }
  }
}
