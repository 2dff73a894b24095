/// One metric of an experiment's checkpoints: a row per checkpoint, in recorded order.
///
/// Nine bytes a row where values are numbers, so that a repository's metrics fit in less memory
/// than its JSON.
public struct MetricColumn: Sendable, Hashable {
  /// What a row holds.
  public enum Kind: UInt8, Sendable, Hashable, BitwiseCopyable {
    /// The checkpoint does not have the metric.
    case missing
    /// A floating-point number.
    case number
    /// An integer that a Double holds exactly.
    case integer
    /// Anything else; ``value(at:)`` returns it.
    case other
  }

  /// The metric's name.
  public internal(set) var name: String

  /// The rows before the first that has the metric take no memory, nor do those after the last.
  @usableFromInline let firstRow: Int
  @usableFromInline var numbers: [Double] = []
  @usableFromInline var kinds: [Kind] = []

  /// What is no number, by position in ``kinds``.
  private(set) var others: [Int: JSONValue] = [:]

  init(name: String, firstRow: Int, capacity: Int) {
    self.name = name
    self.firstRow = firstRow
    reserveCapacity(capacity)
  }

  /// Makes room for `count` rows.
  mutating func reserveCapacity(_ count: Int) {
    numbers.reserveCapacity(count)
    kinds.reserveCapacity(count)
  }

  /// The rows that may have the metric; all others do not.
  @inlinable
  public var rows: Range<Int> { firstRow..<firstRow + kinds.count }

  /// What a row holds.
  @inlinable
  public func kind(at row: Int) -> Kind { rows.contains(row) ? kinds[row - firstRow] : .missing }

  /// A row as a number; NaN where there is none.
  @inlinable
  public func number(at row: Int) -> Double {
    rows.contains(row) ? numbers[row - firstRow] : .nan
  }

  /// The value at `row`; `nil` where the checkpoint does not have the metric.
  public func value(at row: Int) -> JSONValue? {
    switch kind(at: row) {
    case .missing: nil
    case .number: .number(numbers[row - firstRow])
    case .integer: .integer(Int64(numbers[row - firstRow]))
    case .other: others[row - firstRow]
    }
  }

  /// Whether any row holds something else than a number.
  package var hasOthers: Bool { !others.isEmpty }

  /// Replaces values that are not numbers where `replacement` gives another.
  mutating func replaceOthers(_ replacement: (JSONValue) -> JSONValue?) {
    for (position, value) in others {
      if let new = replacement(value) { others[position] = new }
    }
  }

  /// Makes `row` the next that a value is appended for.
  mutating func appendMissing(upTo row: Int) {
    while kinds.count < row - firstRow {
      numbers.append(.nan)
      kinds.append(.missing)
    }
  }

  /// Makes `row`, the first that the table does not have yet, the one to be appended.
  mutating func moveTo(row: Int) {
    if kinds.count > row - firstRow { removeLast() }
    appendMissing(upTo: row)
  }

  mutating func set(number: Double, row: Int) {
    if kinds.count != row - firstRow { moveTo(row: row) }
    append(number: number)
  }

  mutating func append(number: Double) {
    numbers.append(number)
    kinds.append(.number)
  }

  mutating func append(integer: Int64) {
    guard integer.magnitude <= 1 << 53 else { return append(.integer(integer)) }
    numbers.append(Double(integer))
    kinds.append(.integer)
  }

  mutating func append(_ value: JSONValue) {
    switch value {
    case .number(let number): append(number: number)
    case .integer(let integer) where integer.magnitude <= 1 << 53: append(integer: integer)
    default:
      others[kinds.count] = value
      numbers.append(value.doubleValue ?? .nan)
      kinds.append(.other)
    }
  }

  /// Makes the column what it was before its last row got a value.
  mutating func discardLast() {
    removeLast()
    while kinds.last == .missing { removeLast() }
  }

  mutating func removeLast() {
    if kinds.removeLast() == .other { others[kinds.count] = nil }
    numbers.removeLast()
  }

  /// The row with the best finite number; `nil` when no row has one. Of equals the last wins,
  /// as in the command line of Keepsake 0.4.2, which also takes infinities: those are runs that
  /// diverged.
  public func bestRow(for goal: PrimaryMetric.Goal) -> Int? {
    var best: Int?
    for position in numbers.indices where numbers[position].isFinite {
      guard let current = best else {
        best = position
        continue
      }
      let (old, new) = (numbers[current], numbers[position])
      if goal == .maximize ? new >= old : new <= old { best = position }
    }
    return best.map { firstRow + $0 }
  }
}
