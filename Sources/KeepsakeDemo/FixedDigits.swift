extension Double {
  /// The number with exactly `digits` decimals, rounded half away from zero; `nan` and `inf` as
  /// they are, and numbers too large for that in their shortest form.
  func fixed(_ digits: Int) -> String {
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let scaled = (magnitude * power).rounded()
    guard scaled < 9e15 else { return description }
    let text = String(Int64(scaled))
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    let sign = self < 0 && scaled > 0 ? "-" : ""
    let fraction = digits == 0 ? "" : ".\(padded.suffix(digits))"
    return sign + padded.dropLast(digits) + fraction
  }
}
