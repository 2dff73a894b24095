package import KeepsakeModel

extension Timestamp {
  /// Reads the date of an HTTP header field: `Fri, 24 May 2013 00:00:00 GMT`.
  package init?(httpDate text: String) {
    let words = text.split { $0 == " " || $0 == "," }
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard words.count == 6, let day = Int(words[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(words[2])), let year = Int(words[3])
    else { return nil }
    let time = words[4].split(separator: ":").map { Int($0) ?? -1 }
    guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]),
      (0...60).contains(time[2])
    else { return nil }
    self.init(
      year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2])
  }

  /// As requests to AWS are dated: `20130524T000000Z`.
  package var basicISO8601: String {
    let whole = Timestamp(nanoseconds: seconds * 1_000_000_000)
    return whole.rfc3339.filter { $0 != "-" && $0 != ":" }
  }

  /// The moment `duration` later, or earlier where it is negative.
  func adding(_ duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return Timestamp(
      nanoseconds: nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
