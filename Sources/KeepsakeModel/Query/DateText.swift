/// Dates as people write them in filters.
enum DateText {
  /// The moment in whole seconds since 1970; `nil` where the text is not understood.
  ///
  /// Local time unless the text names a zone. Takes RFC 3339, `2026-01-31 18:30`, `2026/1/31`,
  /// `1/31/2026`, `20260131`, `31 Jan 2026`, RFC 1123, Unix seconds or milliseconds, `2026`,
  /// `2026-01`, `yesterday`, `3 days ago`.
  static func second(of text: String, in context: QueryContext) -> Int64? {
    let text = text.trimmingQuotes
    if let timestamp = Timestamp(text) { return timestamp.seconds }
    if let second = number(text, in: context) ?? relative(text, in: context) { return second }
    var parts = DateParts()
    for word in words(text) { guard parts.take(word) else { return nil } }
    return parts.second(in: context)
  }

  /// Splits at spaces, commas, and at the `T` between a date and a time.
  private static func words(_ text: String) -> [Substring] {
    var isAfterDigit = false
    return text.split { character in
      defer { isAfterDigit = character.isNumber }
      return character == " " || character == "," || (isAfterDigit && character == "T")
    }
  }

  private static func number(_ text: String, in context: QueryContext) -> Int64? {
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int64(text) else {
      return nil
    }
    let count = text.utf8.count
    func digits(_ range: Range<Int>) -> Int {
      Int(text.dropFirst(range.lowerBound).prefix(range.count)) ?? 0
    }
    switch count {
    case 4: return DateParts(year: Int(value), month: 1, day: 1).second(in: context)
    case 8:
      return DateParts(year: digits(0..<4), month: digits(4..<6), day: digits(6..<8))
        .second(in: context)
    case 14:
      return DateParts(
        year: digits(0..<4), month: digits(4..<6), day: digits(6..<8), hour: digits(8..<10),
        minute: digits(10..<12), secondOfMinute: digits(12..<14)
      ).second(in: context)
    case 10: return value
    case 13: return value / 1000
    case 16: return value / 1_000_000
    case 19: return value / 1_000_000_000
    default: return nil
    }
  }

  private static func relative(_ text: String, in context: QueryContext) -> Int64? {
    let now = context.now.seconds
    let words = text.lowercased().split(separator: " ")
    switch words.first {
    case "now" where words.count == 1: return now
    case "today" where words.count == 1: return midnight(of: now, in: context)
    case "yesterday" where words.count == 1:
      return midnight(of: midnight(of: now, in: context) - 43_200, in: context)
    default: break
    }
    let lengths: [Substring: Int64] = [
      "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800,
    ]
    guard words.count == 3, words[2] == "ago", let count = Int64(words[0]), count >= 0,
      let length = lengths[words[1].hasSuffix("s") ? words[1].dropLast() : words[1]],
      case let (age, false) = count.multipliedReportingOverflow(by: length)
    else { return nil }
    return now - age
  }

  private static func midnight(of second: Int64, in context: QueryContext) -> Int64 {
    let local =
      second + Int64(context.secondsFromUTC(Timestamp(nanoseconds: second * 1_000_000_000)))
    let fields = Timestamp(nanoseconds: local * 1_000_000_000).fields
    return DateParts(year: fields.year, month: fields.month, day: fields.day).second(in: context)
      ?? second
  }
}

extension String {
  fileprivate var trimmingQuotes: String {
    for quote in ["\"", "'"] where count >= 2 && hasPrefix(quote) && hasSuffix(quote) {
      return String(dropFirst().dropLast())
    }
    return self
  }
}
