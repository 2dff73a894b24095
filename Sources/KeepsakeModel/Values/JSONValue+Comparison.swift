/// How one value stands to another.
package enum ValueOrder: Sendable, Hashable {
  case less
  case equal
  case greater
}

extension JSONValue {
  /// How this value stands to `other`; `nil` where neither is smaller and they are not equal.
  ///
  /// Integers and floating-point numbers compare by value, texts by bytes, `false` before `true`.
  /// NaN equals itself only; lists and objects are equal or nothing.
  package func order(to other: JSONValue) -> ValueOrder? {
    switch (self, other) {
    case (.integer(let a), .integer(let b)): Self.order(a, b)
    case (.number(let a), .number(let b)):
      if a.isNaN || b.isNaN { a.isNaN && b.isNaN ? .equal : nil } else { Self.order(a, b) }
    case (.integer(let a), .number(let b)): Self.order(a, b)
    case (.number(let a), .integer(let b)):
      switch Self.order(b, a) {
      case .less: .greater
      case .greater: .less
      case let order: order
      }
    case (.bool(let a), .bool(let b)): Self.order(a ? 1 : 0, b ? 1 : 0)
    case (.string(let a), .string(let b)):
      if a.utf8Precedes(b) { .less } else { b.utf8Precedes(a) ? .greater : .equal }
    case (.null, .null): .equal
    case (.array(let a), .array(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.order(to: $1) == .equal } ? .equal : nil
    case (.object(let a), .object(let b)): Self.areEqual(a, b) ? .equal : nil
    default: nil
    }
  }

  private static func order<Number: Comparable>(_ a: Number, _ b: Number) -> ValueOrder {
    a < b ? .less : b < a ? .greater : .equal
  }

  /// Exact, also where a Double cannot hold the integer.
  private static func order(_ a: Int64, _ b: Double) -> ValueOrder? {
    if b.isNaN { return nil }
    if b >= 0x1p63 { return .less }
    if b < -0x1p63 { return .greater }
    let floor = b.rounded(.down)
    let order = order(a, Int64(floor))
    return order == .equal && b > floor ? .less : order
  }

  private static func areEqual(_ a: [JSONMember], _ b: [JSONMember]) -> Bool {
    let (a, b) = (NamedValues(a), NamedValues(b))
    return a.count == b.count
      && zip(a, b).allSatisfy { $0.name == $1.name && $0.value.order(to: $1.value) == .equal }
  }

  /// Where values of this kind stand in a sorted list: numbers, texts, truth values, lists.
  package var sortRank: Int {
    switch self {
    case .integer, .number: 0
    case .string: 1
    case .bool: 2
    case .array, .object: 3
    case .null: 4
    }
  }
}
