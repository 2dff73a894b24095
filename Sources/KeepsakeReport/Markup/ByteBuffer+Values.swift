package import KeepsakeModel

extension ByteBuffer {
  /// Appends the name of a param, metric or chart; in quotes when nothing of it would be seen.
  ///
  /// Long names may break after `_`, `.`, `/` and `-`; so this is for elements, not for attributes.
  package mutating func append(name: String) {
    let isPlain = name.utf8.first.map { (0x21...0x7E).contains($0) } ?? false
    let isVisible =
      isPlain
      || name.unicodeScalars.contains {
        !$0.properties.isWhitespace && $0.properties.generalCategory != .control
      }
    if !isVisible { append("“") }
    if name.utf8.count > 16 { append(breakable: name) } else { append(text: name) }
    if !isVisible { append("”") }
  }

  /// Appends the name over a column, a long one over several lines; of a very long one the start and
  /// the end, which tell it from others.
  mutating func append(columnName name: String) {
    guard name.count > 24 else {
      append("<span class=\"name\">")
      append(name: name)
      return append("</span>")
    }
    append("<span class=\"name\" title=\"")
    append(text: name)
    append("\">")
    append(breakable: name.count > 59 ? "\(name.prefix(18))…\(name.suffix(40))" : name)
    append("</span>")
  }

  /// Appends a param's value for people: numbers short, text as it is, lists and objects as JSON.
  package mutating func append(param value: JSONValue) {
    switch value {
    case .string(let value): append(text: value.isEmpty ? "“”" : value)
    case .array, .object: append(text: value.readableJSON)
    default: append(plainParam: value)
    }
  }

  /// The same without escapes for markup, for a text that is escaped later.
  mutating func append(plainParam value: JSONValue) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(integer: value)
    case .number(let value): append(setting: value)
    case .string(let value): append(markup: value.isEmpty ? "“”" : value)
    case .array, .object: append(markup: value.readableJSON)
    }
  }

  /// Appends an integer with a minus sign.
  package mutating func append(integer value: Int64) {
    if value < 0 { append(minus: .screen) }
    append(digits: value.magnitude)
  }

  /// Appends a number that somebody chose: up to 6 digits are exact, others have 4.
  package mutating func append(setting value: Double) {
    guard value.isFinite else { return append(cell: value) }
    let decimal = ShortestDecimal(value)
    guard decimal.digitCount <= 6 else { return append(cell: value) }
    if (-4...6).contains(decimal.magnitude) || decimal.digits == 0 {
      append(plain: decimal, style: .screen)
    } else {
      append(scientific: decimal, style: .screen)
    }
  }

  /// Appends a measured number: 4 significant digits, zeros included, so that columns line up.
  ///
  /// - Parameter digits: where more are needed to tell it from others (see
  ///   ``digitCount(tellingApart:)``).
  package mutating func append(metric value: Double, digits: Int = 4) {
    guard value.isFinite, value != value.rounded(.towardZero) || value.magnitude >= 1e15 else {
      return append(cell: value)
    }
    append(metric: ShortestDecimal(value), digits: digits)
  }

  /// The fewest significant digits, from 4 to 9, that tell different values apart: with 4 digits both
  /// 0.99996 and 0.99998 are 1.000.
  static func digitCount(tellingApart values: [Double]) -> Int {
    let exact = Set(values.filter(\.isFinite)).map(ShortestDecimal.init)
    return (4..<9).first { digits in
      let rounded = exact.map { decimal in
        var decimal = decimal.rounded(significant: digits)
        decimal.removeTrailingZeros()
        return decimal
      }
      return Set(rounded).count == exact.count
    } ?? 9
  }

  /// Appends a measured number that is no integer.
  private mutating func append(metric exact: ShortestDecimal, digits: Int = 4) {
    let decimal = exact.rounded(significant: digits)
    if (-3...3).contains(decimal.magnitude) {
      append(plain: decimal, decimals: digits - 1 - decimal.magnitude, style: .screen)
    } else {
      append(scientific: decimal, style: .screen)
    }
  }

  /// Appends a metric's value, which can be something else than a number.
  package mutating func append(metric value: JSONValue) {
    if case .number(let number) = value { append(metric: number) } else { append(param: value) }
  }

  /// Appends a count and its noun: `1 file`, `1,204 files`.
  package mutating func append(_ count: Int, noun: StaticString, plural: StaticString) {
    append(grouped: count)
    append(" ")
    append(count == 1 ? noun : plural)
  }

  /// Appends a moment to the minute, in UTC, without saying so: `2026-11-23 12:00`.
  package mutating func append(minute time: Timestamp) {
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
  }

  /// Appends a table cell with a metric's value; the exact one too, where the text is rounded.
  package mutating func append(metricCell column: MetricColumn, row: Int, isBest: Bool = false) {
    switch column.kind(at: row) {
    case .missing: appendEmptyCell()
    case .integer, .number:
      let value = column.number(at: row)
      append(isBest ? "<td class=\"number best\" data-v=\"" : "<td class=\"number\" data-v=\"")
      if value.isFinite, value != value.rounded(.towardZero) {
        let decimal = ShortestDecimal(value)
        append(exact: decimal)
        append("\">")
        append(metric: decimal)
      } else {
        append(exact: value)
        append("\">")
        append(metric: value)
      }
      append("</td>")
    case .other:
      append("<td class=\"number\">")
      if let value = column.value(at: row) { append(param: value) }
      append("</td>")
    }
  }

  /// Appends a table cell for a value that is not there.
  package mutating func appendEmptyCell() { append("<td class=\"none\">–</td>") }

  /// Appends a table cell with a duration.
  package mutating func append(durationCell duration: Duration?) {
    guard let duration else { return appendEmptyCell() }
    append("<td class=\"number\">")
    append(duration: duration)
    append("</td>")
  }

  /// Appends a table cell with a param's value; of a long one the start and the end.
  package mutating func append(paramCell value: JSONValue?) {
    guard let value else { return appendEmptyCell() }
    let long: String? =
      switch value {
      case .string(let text) where text.utf8.count > 32: text
      case .array, .object: value.readableJSON
      default: nil
      }
    if let long, long.count > 32 {
      append("<td class=\"text\" title=\"")
      append(text: long)
      append("\">")
      append(text: "\(long.prefix(14))…\(long.suffix(17))")
      return append("</td>")
    }
    append(value.isNumber ? "<td class=\"number\">" : "<td class=\"text\">")
    append(param: value)
    append("</td>")
  }
}

// MARK: - JSON

extension JSONValue {
  /// The value as JSON for people and spreadsheets, where text needs no escapes for scripts.
  package var readableJSON: String {
    var buffer = ByteBuffer()
    buffer.append(json: self, isInScript: false)
    return buffer.text
  }
}

extension ByteBuffer {
  /// Appends an array of numbers as JSON.
  package mutating func append(jsonNumbers values: [Double]) {
    append("[")
    for (index, value) in values.enumerated() {
      if index > 0 { append(",") }
      append(jsonNumber: value)
    }
    append("]")
  }

  /// Appends a JSON value; numbers that JSON does not have as the strings that repositories use.
  ///
  /// - Parameter isInScript: whether characters that could end a script are escaped.
  package mutating func append(json value: JSONValue, isInScript: Bool = true) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value):
      if value < 0 { append(UInt8(ascii: "-")) }
      append(digits: value.magnitude)
    case .number(let value): append(jsonNumber: value)
    case .string(let value): append(json: value, isInScript: isInScript)
    case .array(let elements):
      append("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { append(",") }
        append(json: element, isInScript: isInScript)
      }
      append("]")
    case .object(let members):
      append("{")
      for (index, member) in members.enumerated() {
        if index > 0 { append(",") }
        append(json: member.name, isInScript: isInScript)
        append(":")
        append(json: member.value, isInScript: isInScript)
      }
      append("}")
    }
  }

  /// Appends a number as JSON.
  package mutating func append(jsonNumber value: Double) {
    if value.isFinite {
      append(exact: value)
    } else {
      append(value.isNaN ? "\"[NaN]\"" : value > 0 ? "\"[+Infinity]\"" : "\"[-Infinity]\"")
    }
  }

  /// Appends text as a JSON string, which by default can also stand in a script.
  package mutating func append(json text: String, isInScript: Bool = true) {
    append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: append("\\\"")
      case 0x5C: append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0x3C where !isInScript, 0x3E where !isInScript, 0x26 where !isInScript:
        append(UInt8(truncatingIfNeeded: scalar.value))
      case 0..<0x20, 0x3C, 0x3E, 0x26, 0x7F, 0x2028, 0x2029:
        append("\\u")
        for shift in [12, 8, 4, 0] as [UInt32] {
          let digit = UInt8(truncatingIfNeeded: scalar.value >> shift & 15)
          append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
      case 0..<0x80: append(UInt8(truncatingIfNeeded: scalar.value))
      default: for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
      }
    }
    append(UInt8(ascii: "\""))
  }
}
