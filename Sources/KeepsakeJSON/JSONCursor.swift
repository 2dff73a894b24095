#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
package import KeepsakeModel

/// A position in JSON bytes that moves forwards as values are read.
///
/// Reads what a caller knows without building a tree. All pointers of the target stay in this file
/// and its extensions; a cursor exists only while ``read(_:_:)`` lends it the bytes.
@safe @usableFromInline package struct JSONCursor: ~Copyable {
  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline let count: Int
  @usableFromInline var position = 0

  /// Whether an object or array was opened and nothing has been read of it.
  @usableFromInline var isAtStart = false

  /// How deep ``value()`` may nest.
  package static let depthLimit = 128

  private init(base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// Reads one JSON document with `body`; anything after it but white space is an error.
  package static func read<Result>(
    _ bytes: Span<UInt8>, _ body: (inout JSONCursor) throws(JSONError) -> Result
  ) throws(JSONError) -> Result {
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(JSONError) -> Result in
      guard let base = buffer.baseAddress else {
        throw JSONError(reason: "it is empty", offset: 0)
      }
      var cursor = unsafe JSONCursor(base: base, count: buffer.count)
      cursor.skipSpace()
      if cursor.position == cursor.count {
        throw JSONError(reason: "it is empty", offset: 0)
      }
      let result = try body(&cursor)
      cursor.skipSpace()
      if cursor.position < cursor.count {
        throw cursor.error("something follows after the end")
      }
      return result
    }
  }

  /// How many bytes stand before the present position.
  package var offset: Int { position }

  /// Moves to where a value began that was passed over, in order to read it again.
  package mutating func moveBack(to offset: Int) {
    precondition(offset >= 0 && offset <= position, "the offset was passed")
    position = offset
    isAtStart = false
  }

  /// How many bytes follow the present position.
  package var remainingCount: Int { count - position }

  /// An error at the present position.
  package func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }

  /// A byte by its index, which the caller has checked.
  @inlinable @inline(__always)
  subscript(index: Int) -> UInt8 { unsafe base[index] }

  /// Eight bytes from an index that the caller has checked, the first in the lowest bits.
  @inlinable @inline(__always)
  func word(at index: Int) -> UInt64 {
    unsafe UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
  }

  /// The byte at the position; 0 at the end, which no JSON token starts with.
  @inlinable @inline(__always)
  var current: UInt8 { position < count ? self[position] : 0 }

  @inlinable @inline(__always)
  mutating func skipSpace() {
    if current <= 0x20 { skipLongSpace() }
  }

  @usableFromInline
  mutating func skipLongSpace() {
    while position < count {
      switch self[position] {
      case 0x20:
        position += 1
        guard current == 0x20, position + 8 <= count else { continue }
        // Indentation: as many bytes as are spaces in the next eight.
        let others = word(at: position) ^ 0x2020_2020_2020_2020
        position += others.trailingZeroBitCount >> 3
      case 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  @usableFromInline
  func unexpected(_ wanted: String) -> JSONError {
    position >= count ? error("it ends too early") : error("\(wanted) was expected")
  }
}

// MARK: - Objects and arrays

extension JSONCursor {
  /// The kinds of JSON values.
  @usableFromInline package enum Kind: Sendable { case null, bool, number, string, array, object }

  /// The kind of the value at the position.
  @inlinable @inline(__always)
  package mutating func kind() throws(JSONError) -> Kind {
    switch current {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw unexpected("a value")
    }
  }

  /// Enters the object at the position: call ``nextMember()`` until it returns `nil`.
  @inlinable
  package mutating func beginObject() throws(JSONError) {
    guard current == UInt8(ascii: "{") else { throw unexpected("an object") }
    position += 1
    isAtStart = true
  }

  /// Moves to the value of the next member and returns its name; `nil` at the end of the object.
  @inlinable
  package mutating func nextMember() throws(JSONError) -> JSONText? {
    guard try moveToNext(closing: UInt8(ascii: "}")) else { return nil }
    guard current == UInt8(ascii: "\"") else { throw unexpected("a member's name") }
    let name = try text()
    // What nearly every writer puts between a name and its value.
    if position + 2 < count, self[position] == UInt8(ascii: ":"), self[position + 1] == 0x20,
      self[position + 2] > 0x20
    {
      position += 2
      return name
    }
    skipSpace()
    guard current == UInt8(ascii: ":") else { throw unexpected("\":\"") }
    position += 1
    skipSpace()
    return name
  }

  /// Enters the array at the position: call ``nextElement()`` until it returns `false`.
  package mutating func beginArray() throws(JSONError) {
    guard current == UInt8(ascii: "[") else { throw unexpected("a list") }
    position += 1
    isAtStart = true
  }

  /// Moves to the next element; `false` at the end of the array.
  package mutating func nextElement() throws(JSONError) -> Bool {
    try moveToNext(closing: UInt8(ascii: "]"))
  }

  @inlinable @inline(__always)
  mutating func moveToNext(closing: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    let isFirst = isAtStart
    isAtStart = false
    if current == closing {
      position += 1
      return false
    }
    if !isFirst {
      guard current == UInt8(ascii: ",") else { throw unexpected("\",\"") }
      position += 1
      skipSpace()
    }
    return true
  }
}

// MARK: - Whole values

extension JSONCursor {
  /// Passes over the value at the position where it is, byte for byte, the one at `range`.
  ///
  /// - Parameter range: where an object, a list or a string stood, from its first byte on.
  @inlinable
  package mutating func skipRepetition(of range: Range<Int>) -> Bool {
    guard !range.isEmpty, range.count <= count - position, isEqual(position, range) else {
      return false
    }
    position += range.count
    return true
  }

  /// Passes over the value at the position where it is, byte for byte, `value`.
  ///
  /// - Parameter value: a whole object, list or string.
  package mutating func skip(_ value: [UInt8]) -> Bool {
    guard !value.isEmpty, value.count <= count - position else { return false }
    let isSame = unsafe value.withUnsafeBytes { other in
      unsafe other.baseAddress.map { unsafe memcmp(base + position, $0, other.count) == 0 } ?? false
    }
    if isSame { position += value.count }
    return isSame
  }

  /// The bytes of a range that was passed over.
  package func bytes(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "the range is in the document")
    return unsafe Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Whether the bytes from `start` on, which are there, are those at `range`.
  @inlinable @inline(__always)
  func isEqual(_ start: Int, _ range: Range<Int>) -> Bool {
    let length = range.count
    if length < 8 {
      for index in 0..<length where self[start + index] != self[range.lowerBound + index] {
        return false
      }
      return true
    }
    var index = 0
    while index + 8 <= length {
      if word(at: start + index) != word(at: range.lowerBound + index) { return false }
      index += 8
    }
    return word(at: start + length - 8) == word(at: range.upperBound - 8)
  }

  /// Reads `null`, if it is there.
  package mutating func skipNull() -> Bool {
    guard current == UInt8(ascii: "n"), matches("null") else { return false }
    position += 4
    return true
  }

  /// Reads the value at the position, whatever it is.
  ///
  /// - Throws: where it nests deeper than ``depthLimit``.
  package mutating func value(depth: Int = 0) throws(JSONError) -> JSONValue {
    guard depth < Self.depthLimit else {
      throw error("it nests deeper than \(Self.depthLimit) levels")
    }
    switch try kind() {
    case .null:
      guard skipNull() else { throw unexpected("a value") }
      return .null
    case .bool:
      return .bool(try bool())
    case .number:
      switch try number() {
      case .integer(let value): return .integer(value)
      case .double(let value): return .number(value)
      }
    case .string:
      return Self.decodeNotFinite(try string())
    case .array:
      var elements: [JSONValue] = []
      try beginArray()
      while try nextElement() { elements.append(try value(depth: depth + 1)) }
      return .array(elements)
    case .object:
      var members: [JSONMember] = []
      try beginObject()
      while let name = try nextMember() {
        members.append(JSONMember(string(name), try value(depth: depth + 1)))
      }
      return .object(members)
    }
  }

  /// Reads `true` or `false`.
  package mutating func bool() throws(JSONError) -> Bool {
    if matches("true") {
      position += 4
      return true
    }
    guard matches("false") else { throw unexpected("true or false") }
    position += 5
    return false
  }

  private func matches(_ word: StaticString) -> Bool {
    guard position + word.utf8CodeUnitCount <= count else { return false }
    for index in 0..<word.utf8CodeUnitCount
    where unsafe self[position + index] != word.utf8Start[index] {
      return false
    }
    return true
  }

  /// What files say for numbers that JSON does not have.
  static func decodeNotFinite(_ text: String) -> JSONValue {
    switch text {
    case "[NaN]": .number(.nan)
    case "[+Infinity]": .number(.infinity)
    case "[-Infinity]": .number(-.infinity)
    default: .string(text)
    }
  }
}
