/// A value that a test spells out, and that cannot be missing.
public func literal<Value>(
  _ value: Value?, file: StaticString = #file, line: UInt = #line
) -> Value {
  guard let value else { preconditionFailure("not a valid literal", file: file, line: line) }
  return value
}
