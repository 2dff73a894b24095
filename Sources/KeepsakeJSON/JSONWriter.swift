package import KeepsakeModel

/// JSON that grows at its end.
///
/// Bytes as Go's `encoding/json` writes them, which wrote every repository of Keepsake 0.4.2:
/// `<`, `>` and `&` are escaped, floating-point numbers are the shortest that read back the same.
package struct JSONWriter: Sendable {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []

  /// Whether members stand on lines of their own.
  private let isIndented: Bool

  /// How many spaces a level is indented by.
  private let indentation: Int
  private var depth: Int
  private var needsComma = false

  /// An empty document.
  ///
  /// - Parameters:
  ///   - depth: how deep the first value stands in the document that it becomes part of.
  ///   - bytes: what stands before it.
  package init(
    indented isIndented: Bool, indentation: Int = 1, depth: Int = 0,
    after bytes: consuming [UInt8] = []
  ) {
    self.bytes = bytes
    self.isIndented = isIndented
    self.indentation = indentation
    self.depth = depth
  }

  package mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

  /// Writes an object whose members `body` writes.
  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    nest(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
  }

  /// Writes a list; `body` calls ``element()`` before each value.
  package mutating func array(_ body: (inout JSONWriter) -> Void) {
    nest(UInt8(ascii: "["), UInt8(ascii: "]"), body)
  }

  private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
    bytes.append(open)
    depth += 1
    needsComma = false
    body(&self)
    depth -= 1
    if needsComma { breakLine() }
    bytes.append(close)
    needsComma = true
  }

  /// Starts a member of an object; its value must follow.
  package mutating func name(_ name: String) {
    element()
    string(name)
    bytes.append(UInt8(ascii: ":"))
    if isIndented { bytes.append(UInt8(ascii: " ")) }
  }

  /// Starts an element of a list; its value must follow.
  package mutating func element() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    breakLine()
    needsComma = true
  }

  private mutating func breakLine() {
    guard isIndented else { return }
    bytes.append(0x0A)
    for _ in 0..<depth * indentation { bytes.append(0x20) }
  }

  /// Leaves room for elements that were written elsewhere, at this depth and joined by commas.
  ///
  /// - Returns: where they are to be put into ``bytes``.
  package mutating func gap() -> Int {
    needsComma = true
    return bytes.count
  }

  /// Ends a line: what follows is a document of its own.
  package mutating func endLine() {
    bytes.append(0x0A)
    needsComma = false
  }

  package mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy(Self.isPlain) {
      bytes.append(contentsOf: text.utf8)
    } else {
      escape(text)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Whether a byte always stands for itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "&"), 0xA8, 0xA9:
      false
    default: true
    }
  }

  private mutating func escape(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
      case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
      case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
      case 0..<0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
        bytes.append(contentsOf: #"\u00"#.utf8)
        for digit in [byte >> 4, byte & 15] {
          bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
      case 0xA8, 0xA9:
        // U+2028 and U+2029 end lines in JavaScript.
        if bytes[bytes.count - 1] == 0x80, bytes[bytes.count - 2] == 0xE2 {
          bytes.removeLast(2)
          bytes.append(contentsOf: byte == 0xA8 ? #"\u2028"#.utf8 : #"\u2029"#.utf8)
        } else {
          bytes.append(byte)
        }
      default: bytes.append(byte)
      }
    }
  }

  package mutating func integer(_ value: Int64) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let start = bytes.count
    repeat {
      bytes.append(0x30 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  package mutating func bool(_ value: Bool) {
    bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
  }

  package mutating func null() { bytes.append(contentsOf: "null".utf8) }

  package mutating func identifier(_ identifier: Identifier) {
    bytes.append(UInt8(ascii: "\""))
    identifier.appendHex(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func timestamp(_ timestamp: Timestamp) {
    bytes.append(UInt8(ascii: "\""))
    timestamp.appendRFC3339(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .number(let value): number(value)
    case .string(let value): string(value)
    case .array(let elements):
      array { writer in
        for value in elements {
          writer.element()
          writer.value(value)
        }
      }
    case .object(let members):
      object { writer in writer.members(members) }
    }
  }

  /// Writes members into the object that is open.
  package mutating func members(_ members: some Sequence<JSONMember>) {
    for member in members {
      name(member.name)
      value(member.value)
    }
  }

  /// Writes a number; those that JSON does not have as the strings that repositories use.
  package mutating func number(_ value: Double) {
    guard value.isFinite else {
      string(value.isNaN ? "[NaN]" : value > 0 ? "[+Infinity]" : "[-Infinity]")
      return
    }
    if (1e-4..<1e15).contains(value.magnitude) {
      // Here Swift writes the same digits in the same form, but for `.0`.
      bytes.append(contentsOf: value.description.utf8)
      if bytes.suffix(2).elementsEqual(".0".utf8) { bytes.removeLast(2) }
      return
    }
    let decimal = ShortestDecimal(value)
    if value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
    decimal.append(to: &bytes)
  }
}

/// The shortest decimal digits that read back as the same number.
package struct ShortestDecimal: Sendable {
  /// The significant digits as ASCII, without leading or trailing zeros; `0` for zero.
  package private(set) var digits: [UInt8] = []

  /// How many digits stand before the point; zero or less for numbers under one.
  package private(set) var pointPosition = 0

  /// The digits of the magnitude of a finite number.
  package init(_ value: Double) {
    var exponent = 0
    var isFraction = false
    var fractionDigits = 0
    var text = value.magnitude.description
    text.makeContiguousUTF8()
    let all = Array(text.utf8)
    for (index, byte) in all.enumerated() {
      if byte == UInt8(ascii: ".") {
        isFraction = true
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: all[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
        if isFraction { fractionDigits += 1 }
      }
    }
    pointPosition = digits.count - fractionDigits + exponent
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(zeros)
    pointPosition -= zeros
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    if digits.isEmpty {
      digits = [UInt8(ascii: "0")]
      pointPosition = 1
    }
  }

  /// Appends the number as Go does: with an exponent below 1e-6 and from 1e21 on.
  package func append(to bytes: inout [UInt8]) {
    if digits != [UInt8(ascii: "0")], pointPosition < -5 || pointPosition > 21 {
      bytes.append(digits[0])
      if digits.count > 1 {
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: digits[1...])
      }
      let exponent = pointPosition - 1
      bytes.append(UInt8(ascii: "e"))
      bytes.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
      bytes.append(contentsOf: "\(exponent.magnitude)".utf8)
    } else if pointPosition <= 0 {
      bytes.append(contentsOf: "0.".utf8)
      for _ in 0..<(-pointPosition) { bytes.append(UInt8(ascii: "0")) }
      bytes.append(contentsOf: digits)
    } else {
      for index in 0..<max(pointPosition, digits.count) {
        if index == pointPosition { bytes.append(UInt8(ascii: ".")) }
        bytes.append(index < digits.count ? digits[index] : UInt8(ascii: "0"))
      }
    }
  }
}
