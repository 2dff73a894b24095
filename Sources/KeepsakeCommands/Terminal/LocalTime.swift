#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import KeepsakeModel

/// A time zone.
struct LocalTime: Sendable {
  /// What the zone says at a moment.
  struct Fields: Sendable {
    var secondsFromUTC: Int
    /// `UTC`, `EDT`, `+0545`.
    var abbreviation: String
  }

  /// What the zone says at a moment.
  var fields: @Sendable (Timestamp) -> Fields

  /// The zone without daylight saving that is always ahead by nothing.
  static let utc = LocalTime { _ in Fields(secondsFromUTC: 0, abbreviation: "UTC") }

  /// The zone of this process: `TZ`, else the system's.
  static let process = LocalTime { moment in
    var seconds = time_t(moment.seconds)
    var result = unsafe tm()
    guard unsafe localtime_r(&seconds, &result) != nil, let zone = unsafe result.tm_zone else {
      return Fields(secondsFromUTC: 0, abbreviation: "UTC")
    }
    return unsafe Fields(
      secondsFromUTC: Int(result.tm_gmtoff), abbreviation: String(cString: zone))
  }
}

extension Timestamp {
  /// RFC 1123 in local time: `Mon, 23 Nov 2026 18:38:36 UTC`.
  func rfc1123(in localTime: LocalTime) -> String {
    let zone = localTime.fields(self)
    let shifted = Timestamp(nanoseconds: nanoseconds &+ Int64(zone.secondsFromUTC) * 1_000_000_000)
    let fields = shifted.fields
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let seconds = shifted.seconds
    let day = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
    // 1970-01-01 was a Thursday.
    let weekday = days[Int(((day % 7) + 7) % 7)]
    let time = [fields.hour, fields.minute, fields.second].map(\.twoDigits).joined(separator: ":")
    return
      "\(weekday), \(fields.day.twoDigits) \(months[fields.month - 1]) \(fields.year) \(time) \(zone.abbreviation)"
  }

  /// How long ago the moment is, as 0.4.2 says it: `about a minute ago`, `in 3 days`, a UTC date
  /// from three days on.
  func relative(to now: Timestamp) -> String {
    let (age, isFuture) =
      nanoseconds > now.nanoseconds
      ? (since(now), true) : (now.since(self), false)
    let seconds = age / .seconds(1)
    func phrase(_ text: String) -> String { isFuture ? "in \(text)" : "\(text) ago" }
    func count(_ length: Double, _ unit: String) -> String {
      phrase("\(Int((seconds / length).rounded(.toNearestOrAwayFromZero))) \(unit)")
    }
    switch seconds {
    case ..<1.5: return phrase("about a second")
    case ..<59.5: return count(1, "seconds")
    case ..<90: return phrase("about a minute")
    case ..<(59.5 * 60): return count(60, "minutes")
    case ..<(90 * 60): return phrase("about an hour")
    case ..<(23.5 * 3600): return count(3600, "hours")
    case ..<(36 * 3600): return phrase("one day")
    case ..<(73 * 3600): return count(86_400, "days")
    default:
      let fields = fields
      return "\(fields.year)-\(fields.month.twoDigits)-\(fields.day.twoDigits)"
    }
  }
}

extension Int {
  fileprivate var twoDigits: String { self < 10 ? "0\(self)" : "\(self)" }
}
