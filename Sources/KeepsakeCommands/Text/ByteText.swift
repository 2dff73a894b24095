/// Sizes as people read them.
enum ByteText {
  /// `512 B`, `3.4 MB`.
  static func text(_ count: Int64) -> String {
    var value = Double(count)
    var units = ["B", "kB", "MB", "GB", "TB", "PB"][...]
    while value >= 999.5, units.count > 1 {
      value /= 1000
      units.removeFirst()
    }
    guard let unit = units.first, unit != "B" else { return "\(count) B" }
    if value >= 99.5 { return "\(Int(value.rounded())) \(unit)" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }
}
