/// A moment in UTC, to the nanosecond, from 1678 to 2261.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
  public var nanoseconds: Int64

  /// A moment `nanoseconds` after 1970-01-01T00:00:00Z.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Seconds since 1970, rounded down.
  public var seconds: Int64 {
    nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds + 1) / 1_000_000_000 - 1
  }

  /// The time from `start` to this moment.
  public func since(_ start: Timestamp) -> Duration {
    .nanoseconds(nanoseconds.subtractingReportingOverflow(start.nanoseconds).partialValue)
  }
}

extension Timestamp {
  /// Calendar fields of a moment, in UTC, in the Gregorian calendar.
  public struct Fields: Sendable, Hashable {
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var nanosecond: Int
  }

  /// The moment's calendar fields.
  ///
  /// Days to civil date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  public var fields: Fields {
    let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
    let rest = Int(seconds - days * 86_400)
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return Fields(
      year: Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), month: Int(month),
      day: Int(dayOfYear - (153 * shifted + 2) / 5 + 1), hour: rest / 3600,
      minute: rest / 60 % 60, second: rest % 60,
      nanosecond: Int(nanoseconds - seconds * 1_000_000_000))
  }

  /// The moment with these UTC fields; `nil` outside the supported years.
  public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (1678...2261).contains(year) else { return nil }
    let y = Int64(month <= 2 ? year - 1 : year)
    let era = y / 400
    let yearOfEra = y - era * 400
    let shifted = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * shifted + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    let time = Int64(hour * 3600 + minute * 60 + second)
    nanoseconds = (days * 86_400 + time) * 1_000_000_000
  }

  /// Reads RFC 3339 (`2026-11-23T12:00:00.5Z`, `…+01:00`); digits beyond nanoseconds are dropped.
  public init?(_ text: some StringProtocol) {
    self.init(rfc3339: String(text).utf8Span.span)
  }

  /// Reads RFC 3339; `nil` for anything else.
  package init?(rfc3339 text: Span<UInt8>) {
    guard text.count >= 20 else { return nil }
    var isValid = true
    func digits(_ start: Int, _ count: Int) -> Int {
      var value = 0
      for index in start..<start + count {
        let digit = text[index] &- 0x30
        if digit > 9 { isValid = false }
        value = value * 10 + Int(digit & 15)
      }
      return value
    }
    let (year, month, day) = (digits(0, 4), digits(5, 2), digits(8, 2))
    let (hour, minute, second) = (digits(11, 2), digits(14, 2), digits(17, 2))
    guard isValid, text[4] == 0x2D, text[7] == 0x2D, text[10] | 0x20 == 0x74, text[13] == 0x3A,
      text[16] == 0x3A, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second <= 60,
      var moment = Timestamp(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    var index = 19
    if text[index] == 0x2E {
      index += 1
      var scale: Int64 = 100_000_000
      let first = index
      while index < text.count, text[index] &- 0x30 <= 9 {
        moment.nanoseconds += Int64(text[index] - 0x30) * scale
        scale /= 10
        index += 1
      }
      if index == first { return nil }
    }
    guard index < text.count else { return nil }
    if text[index] | 0x20 == 0x7A {
      guard index == text.count - 1 else { return nil }
    } else {
      guard text.count == index + 6, text[index + 3] == 0x3A,
        text[index] == 0x2B || text[index] == 0x2D
      else { return nil }
      let minutes = Int64(digits(index + 1, 2) * 60 + digits(index + 4, 2))
      guard isValid else { return nil }
      let offset = minutes * 60_000_000_000
      moment.nanoseconds += text[index] == 0x2B ? -offset : offset
    }
    self = moment
  }

  /// Appends RFC 3339 in UTC with as many digits of the second as are not zero.
  package func appendRFC3339(to bytes: inout [UInt8]) {
    let fields = fields
    bytes.append(addingCapacity: 30) { target in
      func append(_ value: Int, _ digits: Int) {
        var divisor = digits == 4 ? 1000 : 10
        while divisor > 0 {
          target.append(0x30 + UInt8(truncatingIfNeeded: value / divisor % 10))
          divisor /= 10
        }
      }
      append(fields.year, 4)
      target.append(0x2D)
      append(fields.month, 2)
      target.append(0x2D)
      append(fields.day, 2)
      target.append(0x54)
      append(fields.hour, 2)
      target.append(0x3A)
      append(fields.minute, 2)
      target.append(0x3A)
      append(fields.second, 2)
      var (fraction, divisor) = (UInt32(fields.nanosecond), UInt32(100_000_000))
      if fraction > 0 { target.append(0x2E) }
      while fraction > 0 {
        target.append(0x30 + UInt8(truncatingIfNeeded: fraction / divisor))
        fraction %= divisor
        divisor /= 10
      }
      target.append(0x5A)
    }
  }

  /// RFC 3339 in UTC: `2026-11-23T12:00:00.5Z`.
  public var rfc3339: String {
    var bytes: [UInt8] = []
    appendRFC3339(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
