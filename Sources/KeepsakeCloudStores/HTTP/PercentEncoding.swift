/// Percent-encoding of URLs (RFC 3986).
package enum PercentEncoding {
  /// `text` with everything but unreserved characters escaped; `/` stays where `keepingSlashes`.
  package static func encoded(_ text: some StringProtocol, keepingSlashes: Bool = false) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      case UInt8(ascii: "/") where keepingSlashes: bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes.append(contentsOf: Hexadecimal.digits(byte, uppercase: true))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `text` without escapes; `nil` where one is wrong or the result is not UTF-8.
  package static func decoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
        let value = UInt8(digits, radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// Bytes as hexadecimal digits.
package enum Hexadecimal {
  static func digits(_ byte: UInt8, uppercase: Bool = false) -> [UInt8] {
    [byte >> 4, byte & 15].map {
      $0 < 10 ? 0x30 + $0 : (uppercase ? 0x41 : 0x61) + $0 - 10
    }
  }

  /// `bytes` in lower-case digits.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.flatMap { digits($0) }, as: UTF8.self)
  }
}
