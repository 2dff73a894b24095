#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import KeepsakeJSON
internal import KeepsakeModel

/// Values as people read them.
enum ValueText {
  /// The whole value: text as it stands, all else as JSON.
  static func full(_ value: JSONValue) -> String {
    if case .string(let text) = value { return text }
    var writer = JSONWriter(indented: false)
    writer.value(value.sortedByName)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The value in at most `limit` bytes of text, or with five significant digits.
  static func short(_ value: JSONValue, limit: Int) -> String {
    switch value {
    case .null, .bool, .integer: full(value)
    case .number(let number): short(number, limit: limit)
    case .string(let text): shortened(text, limit: limit)
    case .array, .object: shortened(full(value), limit: limit)
    }
  }

  /// Numbers that have more digits before the point than five, but fit, are written in full.
  private static func short(_ number: Double, limit: Int) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
    var power = 1.0
    for _ in 0..<limit { power *= 10 }
    return significantDigits(number, number > 1e5 && number < power ? limit : 5)
  }

  /// C's `%g`.
  private static func significantDigits(_ number: Double, _ count: Int) -> String {
    let bytes = unsafe [CChar](unsafeUninitializedCapacity: 512) { buffer, filled in
      let written = unsafe withVaList([Int32(count), number]) {
        unsafe vsnprintf(buffer.baseAddress, buffer.count, "%.*g", $0)
      }
      filled = Int(written)
    }
    return String(decoding: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// `text` cut to `limit` bytes of UTF-8, the last three of which are dots then.
  static func shortened(_ text: String, limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var result = String.UnicodeScalarView()
    var room = limit - 3
    for scalar in text.unicodeScalars {
      room -= UTF8.width(scalar)
      if room < 0 { break }
      result.append(scalar)
    }
    return String(result) + "..."
  }
}

extension JSONValue {
  /// The value with the members of all its objects sorted bytewise.
  var sortedByName: JSONValue {
    switch self {
    case .array(let elements): .array(elements.map(\.sortedByName))
    case .object(let members):
      .object(NamedValues(members).map { JSONMember($0.name, $0.value.sortedByName) })
    default: self
    }
  }
}
