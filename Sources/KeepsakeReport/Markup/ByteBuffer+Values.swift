package import KeepsakeModel

extension ByteBuffer {
  /// Appends the name of a param, metric or chart; in quotes when nothing of it would be seen.
  package mutating func append(name: String) {
    let isPlain = name.utf8.first.map { (0x21...0x7E).contains($0) } ?? false
    let isVisible =
      isPlain
      || name.unicodeScalars.contains {
        !$0.properties.isWhitespace && $0.properties.generalCategory != .control
      }
    if !isVisible { append("“") }
    append(text: name)
    if !isVisible { append("”") }
  }

  /// Appends a param's value for people: numbers short, text as it is, lists and objects as JSON.
  package mutating func append(param value: JSONValue) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(integer: value)
    case .number(let value): append(setting: value)
    case .string(let value): append(text: value.isEmpty ? "“”" : value)
    case .array, .object:
      var json = ByteBuffer()
      json.append(json: value)
      append(text: json.text)
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
  package mutating func append(metric value: Double) {
    guard value.isFinite, value != value.rounded(.towardZero) || value.magnitude >= 1e15 else {
      return append(cell: value)
    }
    append(metric: ShortestDecimal(value))
  }

  /// Appends a measured number that is no integer.
  private mutating func append(metric exact: ShortestDecimal) {
    let decimal = exact.rounded(significant: 4)
    if (-3...3).contains(decimal.magnitude) {
      append(plain: decimal, decimals: 3 - decimal.magnitude, style: .screen)
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
    case .missing: append("<td class=\"none\">–</td>")
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

  /// Appends a table cell with a duration.
  package mutating func append(durationCell duration: Duration?) {
    guard let duration else { return append("<td class=\"none\">–</td>") }
    append("<td class=\"number\">")
    append(duration: duration)
    append("</td>")
  }

  /// Appends a table cell with a param's value.
  package mutating func append(paramCell value: JSONValue?) {
    guard let value else { return append("<td class=\"none\">–</td>") }
    append(value.isNumber ? "<td class=\"number\">" : "<td class=\"text\">")
    append(param: value)
    append("</td>")
  }
}

// MARK: - JSON

extension ByteBuffer {
  /// Appends a JSON value; numbers that JSON does not have as the strings that repositories use.
  package mutating func append(json value: JSONValue) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value):
      if value < 0 { append(UInt8(ascii: "-")) }
      append(digits: value.magnitude)
    case .number(let value): append(jsonNumber: value)
    case .string(let value): append(json: value)
    case .array(let elements):
      append("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { append(",") }
        append(json: element)
      }
      append("]")
    case .object(let members):
      append("{")
      for (index, member) in members.enumerated() {
        if index > 0 { append(",") }
        append(json: member.name)
        append(":")
        append(json: member.value)
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

  /// Appends text as a JSON string, which can also stand in a script.
  package mutating func append(json text: String) {
    append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: append("\\\"")
      case 0x5C: append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
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
