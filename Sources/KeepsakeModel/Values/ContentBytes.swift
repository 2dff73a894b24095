/// Bytes that tell values apart: equal values give equal bytes, different ones different bytes.
///
/// A digest of them says, at a later time and in another process, whether something changed.
package struct ContentBytes: Sendable {
  /// What has been added so far.
  package private(set) var bytes: [UInt8] = []

  /// No values yet.
  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Adds an integer.
  package mutating func append(_ value: some FixedWidthInteger) {
    append(memoryOf: UInt64(truncatingIfNeeded: value).littleEndian)
  }

  /// Adds a truth value.
  package mutating func append(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// Adds a number, by its bits.
  package mutating func append(_ value: Double) { append(value.bitPattern) }

  /// Adds a text with its length, so that two texts cannot run into each other.
  package mutating func append(_ text: String) {
    append(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  /// Adds bytes with their length.
  package mutating func append(_ content: [UInt8]) {
    append(content.count)
    bytes.append(contentsOf: content)
  }

  /// Adds an identifier or a digest.
  package mutating func append(_ identifier: Identifier) { append(memoryOf: identifier) }

  /// Adds whether there is a value, and the value by `body`.
  package mutating func append<Value>(_ value: Value?, _ body: (inout Self, Value) -> Void) {
    append(value != nil)
    if let value { body(&self, value) }
  }

  /// Adds a count and each element by `body`.
  package mutating func append<Element>(
    _ elements: some Collection<Element>, _ body: (inout Self, Element) -> Void
  ) {
    append(elements.count)
    for element in elements { body(&self, element) }
  }

  /// Adds a count and the memory of the elements, which must be without gaps.
  mutating func append<Element: BitwiseCopyable>(memoryOf elements: [Element]) {
    append(elements.count)
    // SAFETY: the elements are plain bits, and they are copied before the closure ends.
    unsafe elements.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func append(memoryOf value: some BitwiseCopyable) {
    // SAFETY: the value is plain bits without gaps, and copied before the closure ends.
    unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
  }
}

extension ContentBytes {
  /// Adds a value.
  package mutating func append(_ value: JSONValue) {
    switch value {
    case .null: bytes.append(0)
    case .bool(let value):
      bytes.append(1)
      append(value)
    case .integer(let value):
      bytes.append(2)
      append(value)
    case .number(let value):
      bytes.append(3)
      append(value)
    case .string(let value):
      bytes.append(4)
      append(value)
    case .array(let elements):
      bytes.append(5)
      append(elements) { $0.append($1) }
    case .object(let members):
      bytes.append(6)
      append(members)
    }
  }

  /// Adds names and values, in their order.
  package mutating func append(_ members: some Collection<JSONMember>) {
    append(members) { bytes, member in
      bytes.append(member.name)
      bytes.append(member.value)
    }
  }

  /// Adds a metric and its goal.
  package mutating func append(_ metric: PrimaryMetric) {
    append(metric.name)
    append(metric.goal.rawValue)
  }
}
