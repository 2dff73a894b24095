/// How numbers are written: for people with a minus sign, for programs with a hyphen.
package enum NumberStyle: Sendable {
  /// U+2212, as wide as a digit.
  case screen
  /// An ASCII hyphen, which programs read.
  case data
}

extension ByteBuffer {
  /// Appends a number for a table cell: 4 significant digits, integers exact, `1.23e-5`.
  package mutating func append(cell value: Double, style: NumberStyle = .screen) {
    guard value.isFinite else { return append(notFinite: value, style: style) }
    if value == value.rounded(.towardZero), value.magnitude < 1e15 {
      return append(plain: ShortestDecimal(value), style: style)
    }
    let decimal = ShortestDecimal(value).rounded(significant: 4)
    if (-3...3).contains(decimal.magnitude) {
      append(plain: decimal, style: style)
    } else {
      append(scientific: decimal, style: style)
    }
  }

  /// Appends all digits of a number, so that it reads back as the same Double, for `data-v` and
  /// CSV; `NaN`, `Infinity` and `-Infinity`, as both JavaScript and pandas read them.
  package mutating func append(exact value: Double) {
    guard value.isFinite else {
      return value.isNaN
        ? append("NaN") : value < 0 ? append("-Infinity") : append("Infinity")
    }
    append(exact: ShortestDecimal(value))
  }

  /// Appends all digits of a finite number.
  package mutating func append(exact decimal: ShortestDecimal) {
    if (-6...20).contains(decimal.magnitude) {
      append(plain: decimal, style: .data)
    } else {
      append(scientific: decimal, style: .data)
    }
  }

  private mutating func append(notFinite value: Double, style: NumberStyle) {
    if value.isNaN { return append("NaN") }
    if value < 0 { append(minus: style) }
    append("Inf")
  }

  /// Appends the sign of a negative number.
  package mutating func append(minus style: NumberStyle) {
    switch style {
    case .screen: append("\u{2212}")
    case .data: append(UInt8(ascii: "-"))
    }
  }

  /// Appends all digits of `decimal` without an exponent, and zeros up to `decimals` places.
  package mutating func append(
    plain decimal: ShortestDecimal, decimals: Int = 0, style: NumberStyle
  ) {
    if decimal.isNegative { append(minus: style) }
    var places = 0
    if decimal.exponent >= 0 {
      append(digits: decimal.digits)
      if decimal.digits > 0 {
        for _ in 0..<decimal.exponent { append(UInt8(ascii: "0")) }
      }
    } else {
      places = -decimal.exponent
      let digitCount = decimal.digitCount
      if digitCount > places {
        let power = PowersOfTen.integer(places)
        append(digits: decimal.digits / power)
        append(UInt8(ascii: "."))
        append(digits: decimal.digits % power, width: places)
      } else {
        append("0.")
        append(digits: decimal.digits, width: places)
      }
    }
    if decimals > places {
      if places == 0 { append(UInt8(ascii: ".")) }
      for _ in places..<decimals { append(UInt8(ascii: "0")) }
    }
  }

  /// Appends `1.23e-5`, with at least `decimals` digits after the point.
  package mutating func append(
    scientific decimal: ShortestDecimal, decimals: Int = 0, style: NumberStyle
  ) {
    if decimal.digits == 0 { return append(UInt8(ascii: "0")) }
    let magnitude = decimal.magnitude
    var mantissa = decimal
    mantissa.exponent -= magnitude
    append(plain: mantissa, decimals: decimals, style: style)
    append(UInt8(ascii: "e"))
    if magnitude < 0 { append(minus: style) }
    append(digits: UInt64(magnitude.magnitude))
  }
}

extension String {
  /// A number for a table cell: 4 significant digits, integers exact, `1.23e-5`.
  package init(cell value: Double, style: NumberStyle = .screen) {
    var buffer = ByteBuffer()
    buffer.append(cell: value, style: style)
    self = buffer.text
  }

  /// All digits of a number, for `data-v` and CSV.
  package init(exact value: Double) {
    var buffer = ByteBuffer()
    buffer.append(exact: value)
    self = buffer.text
  }
}
