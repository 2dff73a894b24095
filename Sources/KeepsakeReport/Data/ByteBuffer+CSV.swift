internal import KeepsakeModel

extension ByteBuffer {
  /// Appends an identifier's first digits, of which it has 64.
  mutating func append(identifier: Identifier, digits: Int = 64) {
    append { identifier.appendHex(digits, to: &$0) }
  }

  /// Appends a moment as RFC 3339.
  mutating func append(timestamp: Timestamp) { append { timestamp.appendRFC3339(to: &$0) } }

  /// Appends a field of a CSV file (RFC 4180).
  ///
  /// Text that a spreadsheet would run as a formula gets an apostrophe in front, the usual sign for
  /// text, because names and values can come from strangers.
  mutating func append(csv text: String) {
    if text.isEmpty { return }
    var isFormula = false
    switch text.utf8.first {
    case UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "-"), 0x09, 0x0D:
      isFormula = Double(text) == nil
    default: break
    }
    let isPlain = text.utf8.allSatisfy { byte in
      byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte >= 0x20
    }
    if isPlain {
      if isFormula { append("'") }
      return append(markup: text)
    }
    append(isFormula ? "\"'" : "\"")
    for byte in text.utf8 where byte != 0 {
      if byte == UInt8(ascii: "\"") { append(byte) }
      append(byte)
    }
    append("\"")
  }

  /// Appends a value as a field of a CSV file.
  mutating func append(csv value: JSONValue) {
    switch value {
    case .null: return
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(Int(value))
    case .number(let value): append(exact: value)
    case .string(let value): append(csv: value)
    case .array, .object: append(csv: value.readableJSON)
    }
  }
}
