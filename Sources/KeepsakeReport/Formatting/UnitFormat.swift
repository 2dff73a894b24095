package import KeepsakeModel

extension ByteBuffer {
  /// Appends a duration in its two largest units: `2h 14m`, `3d 4h`, `12.5s` below a minute. Here and
  /// below, lines do not break before units.
  package mutating func append(duration: Duration) {
    let (whole, attoseconds) = duration.components
    if whole < 0 || attoseconds < 0 {
      append(minus: .screen)
      return append(duration: .zero - duration)
    }
    if whole < 60 {
      append(cell: (Double(whole) + Double(attoseconds / 100_000_000_000_000_000) / 10))
      return append("s")
    }
    let seconds = Int(whole)
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
    if days > 0 {
      append(days, "d\u{A0}", hours, "h")
    } else if hours > 0 {
      append(hours, "h\u{A0}", minutes, "m")
    } else {
      append(minutes, "m\u{A0}", seconds % 60, "s")
    }
  }

  private mutating func append(
    _ large: Int, _ largeUnit: StaticString, _ small: Int, _ smallUnit: StaticString
  ) {
    append(large)
    append(largeUnit)
    append(small)
    append(smallUnit)
  }

  /// Appends a size in decimal units with at most 3 significant digits: `512 B`, `1.2 kB`, `34 MB`.
  package mutating func append(byteCount: Int64) {
    if byteCount < 0 { append(minus: .screen) }
    let bytes = Double(byteCount.magnitude)
    if bytes < 1000 {
      append(Int(bytes))
      return append("\u{A0}B")
    }
    var unit = 0
    var scaled = bytes / 1000
    while scaled >= 999.5, unit < 5 {
      scaled /= 1000
      unit += 1
    }
    append(
      plain: ShortestDecimal(scaled).rounded(lastExponent: scaled < 9.95 ? -1 : 0),
      style: .screen)
    switch unit {
    case 0: append("\u{A0}kB")
    case 1: append("\u{A0}MB")
    case 2: append("\u{A0}GB")
    case 3: append("\u{A0}TB")
    case 4: append("\u{A0}PB")
    default: append("\u{A0}EB")
    }
  }

  /// Appends a moment to the minute: `2026-11-23 12:00 UTC`.
  package mutating func append(time: Timestamp) {
    let fields = time.fields
    append(fields.year, width: 4)
    append(UInt8(ascii: "-"))
    append(fields.month, width: 2)
    append(UInt8(ascii: "-"))
    append(fields.day, width: 2)
    append(UInt8(ascii: " "))
    append(fields.hour, width: 2)
    append(UInt8(ascii: ":"))
    append(fields.minute, width: 2)
    append("\u{A0}UTC")
  }
}

extension String {
  /// A duration in its two largest units: `2h 14m`.
  package init(duration: Duration) {
    var buffer = ByteBuffer()
    buffer.append(duration: duration)
    self = buffer.text
  }

  /// A size in decimal units: `512 B`, `1.2 kB`, `34 MB`.
  package init(byteCount: Int64) {
    var buffer = ByteBuffer()
    buffer.append(byteCount: byteCount)
    self = buffer.text
  }

  /// A moment to the minute: `2026-11-23 12:00 UTC`.
  package init(time: Timestamp) {
    var buffer = ByteBuffer()
    buffer.append(time: time)
    self = buffer.text
  }
}
