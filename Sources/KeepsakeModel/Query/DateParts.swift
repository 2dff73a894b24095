/// The parts of a date that were read so far.
struct DateParts {
  var year: Int?
  var month: Int?
  var day: Int?
  var hour = 0
  var minute = 0
  var secondOfMinute = 0

  /// Seconds ahead of UTC, where the text names a zone.
  private var zone: Int?
  private var hasTime = false

  init(
    year: Int? = nil, month: Int? = nil, day: Int? = nil, hour: Int = 0, minute: Int = 0,
    secondOfMinute: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.secondOfMinute = secondOfMinute
  }

  /// Adds what `word` says; `false` where it says nothing.
  mutating func take(_ word: Substring) -> Bool {
    if word.contains(":") { return takeTime(word) }
    if let first = word.first, first.isNumber { return takeDate(word) }
    let name = word.lowercased()
    if ["utc", "gmt", "z"].contains(name) {
      zone = 0
      return true
    }
    if hasTime, let offset = Self.zone(word) {
      zone = offset
      return true
    }
    if name == "am" || name == "pm" { return takeHalf(name) }
    let months = [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    if name.utf8.count >= 3, let index = months.firstIndex(of: String(name.prefix(3))) {
      month = index + 1
      return true
    }
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return name.utf8.count >= 3 && days.contains(String(name.prefix(3)))
  }

  private mutating func takeTime(_ word: Substring) -> Bool {
    var time = word
    let lower = word.lowercased()
    var half: String?
    if lower.hasSuffix("z") {
      zone = 0
      time = word.dropLast()
    } else if lower.hasSuffix("am") || lower.hasSuffix("pm") {
      half = String(lower.suffix(2))
      time = word.dropLast(2)
    } else if let sign = word.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let offset = Self.zone(word[sign...]) else { return false }
      zone = offset
      time = word[..<sign]
    }
    let parts = time.split(separator: ":", omittingEmptySubsequences: false)
    let whole = parts.map { Int($0.prefix { $0 != "." }) }
    guard (2...3).contains(parts.count), !hasTime, let hour = whole[0], let minute = whole[1],
      (0..<24).contains(hour), (0..<60).contains(minute)
    else { return false }
    self.hour = hour
    self.minute = minute
    if parts.count == 3 {
      guard let second = whole[2], (0...60).contains(second) else { return false }
      secondOfMinute = second
    }
    hasTime = true
    return half.map { takeHalf($0) } ?? true
  }

  private mutating func takeHalf(_ name: String) -> Bool {
    guard hasTime, (1...12).contains(hour) else { return false }
    hour = hour % 12 + (name == "pm" ? 12 : 0)
    return true
  }

  /// As in 0.4.2, a year that stands last follows month and day.
  private mutating func takeDate(_ word: Substring) -> Bool {
    guard let separator = word.first(where: { !$0.isNumber }) else {
      guard let number = Int(word) else { return false }
      if word.utf8.count == 4 {
        year = number
      } else if day == nil {
        day = number
      } else {
        return false
      }
      return true
    }
    let parts = word.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard "-/.".contains(separator), numbers.count == parts.count, (2...3).contains(parts.count)
    else { return false }
    if parts[0].utf8.count == 4 {
      (year, month) = (numbers[0], numbers[1])
      if parts.count == 3 { day = numbers[2] }
    } else if parts.count == 3, [2, 4].contains(parts[2].utf8.count) {
      (month, day) = (numbers[0], numbers[1])
      year = parts[2].utf8.count == 4 ? numbers[2] : 2000 + numbers[2]
    } else {
      return false
    }
    return true
  }

  private static func zone(_ text: Substring) -> Int? {
    let digits = text.dropFirst().filter { $0 != ":" }
    guard let sign = text.first, sign == "+" || sign == "-", digits.utf8.count == 4,
      let number = Int(digits)
    else { return nil }
    let seconds = number / 100 * 3600 + number % 100 * 60
    return sign == "+" ? seconds : -seconds
  }

  /// Seconds since 1970; `nil` where the parts are no date.
  func second(in context: QueryContext) -> Int64? {
    guard let year, (1...12).contains(month ?? 1), (1...31).contains(day ?? 1), hour < 24,
      let moment = Timestamp(
        year: year, month: month ?? 1, day: day ?? 1, hour: hour, minute: minute,
        second: secondOfMinute)
    else { return nil }
    let local = moment.seconds
    if let zone { return local - Int64(zone) }
    func offset(at second: Int64) -> Int64 {
      Int64(context.secondsFromUTC(Timestamp(nanoseconds: second * 1_000_000_000)))
    }
    // Twice, because the offset at the moment itself is known only then.
    return local - offset(at: local - offset(at: local))
  }
}
