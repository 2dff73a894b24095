/// A value of a param or a metric: anything that JSON can hold.
///
/// Integers and floating-point numbers are kept apart, because repositories do: `1` and `1.0` are
/// different params. Not-a-number and the infinities are ordinary ``number(_:)`` values here; in
/// files they are the strings `"[NaN]"`, `"[+Infinity]"` and `"[-Infinity]"`.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])
}

extension JSONValue {
  /// Whether two values are the same. Not-a-number is the same as itself: a param that is NaN in
  /// all experiments does not vary.
  public static func == (a: Self, b: Self) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
    case (.string(let a), .string(let b)): a == b
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .number(let value): hasher.combine(value.isNaN ? .nan : value)
    case .string(let value): hasher.combine(value)
    case .array(let values): hasher.combine(values)
    case .object(let members): hasher.combine(members)
    }
  }
}

/// A name and its value in a JSON object.
public struct JSONMember: Sendable, Hashable {
  /// The member's name.
  public var name: String

  /// The member's value.
  public var value: JSONValue

  /// Joins a name and a value.
  public init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }
}

extension JSONValue {
  /// The value as a floating-point number, where it is a number; `true` is 1 and `false` 0.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The value as text, where it is text.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The first member called `name`, where the value is an object that has one.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}

// Not by a nil literal: in `condition ? value : nil` it would stand for null, not for no value.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONMember($0.0, $0.1) })
  }
}

/// Types that can be recorded as a param or a metric.
public protocol JSONConvertible {
  /// The value as it is recorded.
  var jsonValue: JSONValue { get }
}

extension JSONValue: JSONConvertible { public var jsonValue: JSONValue { self } }
extension Bool: JSONConvertible { public var jsonValue: JSONValue { .bool(self) } }
extension Int: JSONConvertible { public var jsonValue: JSONValue { .integer(Int64(self)) } }
extension Int64: JSONConvertible { public var jsonValue: JSONValue { .integer(self) } }
extension Double: JSONConvertible { public var jsonValue: JSONValue { .number(self) } }
extension Float: JSONConvertible { public var jsonValue: JSONValue { .number(Double(self)) } }
extension String: JSONConvertible { public var jsonValue: JSONValue { .string(self) } }
