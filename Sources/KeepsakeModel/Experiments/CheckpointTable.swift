/// The checkpoints of an experiment, in recorded order, held as columns.
public struct CheckpointTable: Sendable, Hashable {
  /// Each row's identifier.
  public private(set) var ids: [CheckpointID] = []

  /// When each row was made.
  public private(set) var created: [Timestamp] = []

  /// Each row's training step.
  public private(set) var steps: [Int64] = []

  /// The metrics, in the order in which they first appeared.
  public private(set) var columns: [MetricColumn] = []

  private var places = ColumnPlaces()
  private(set) var paths: Interned<String> = Interned()
  private(set) var primaryMetrics: Interned<PrimaryMetric?> = Interned()
  private(set) var unknownMembers: [Int: [JSONMember]] = [:]

  /// An empty table.
  public init() {}

  /// A table of `checkpoints`, in their order.
  public init(_ checkpoints: some Sequence<Checkpoint>) {
    for checkpoint in checkpoints { append(checkpoint) }
  }

  /// Makes room for `count` rows, also in the columns that there are.
  package mutating func reserveCapacity(_ count: Int) {
    ids.reserveCapacity(count)
    created.reserveCapacity(count)
    steps.reserveCapacity(count)
    for index in columns.indices { columns[index].reserveCapacity(count) }
  }

  /// What row `row` saved, relative to the project directory; empty when nothing was.
  public func path(at row: Int) -> String { paths[row] }

  /// Whether row `row` saved files.
  package func hasFiles(at row: Int) -> Bool { !paths[row].isEmpty }

  /// Whether any row saved files.
  package var hasAnyFiles: Bool { paths.firstValue { !$0.isEmpty } != nil }

  /// The primary metric that row `row` names.
  public func primaryMetric(at row: Int) -> PrimaryMetric? { primaryMetrics[row] }

  /// The column of the metric called `name`.
  public func column(_ name: String) -> MetricColumn? {
    places.index(of: name, in: columns).map { columns[$0] }
  }

  /// The index of the column of the metric called `name`: reading a cell by it takes less than taking
  /// out the column.
  package func columnIndex(of name: String) -> Int? { places.index(of: name, in: columns) }

  /// What row `row` has of the metric called `name`.
  package func value(of name: String, at row: Int) -> JSONValue? {
    columnIndex(of: name).flatMap { columns[$0].value(at: row) }
  }

  /// The row of the checkpoint with this identifier. O(n).
  public func row(of id: CheckpointID) -> Int? { ids.firstIndex(of: id) }

  /// The index of the column called `name`, made when there is none.
  ///
  /// - Parameter guess: where the column probably is.
  package mutating func columnIndex(of name: String, guess: Int) -> Int {
    if guess < columns.count, columns[guess].name == name { return guess }
    if let index = places.index(of: name, in: columns) { return index }
    // Where many columns begin late, room in each for all rows would be the square of their number.
    columns.append(
      MetricColumn(name: name, firstRow: ids.count, capacity: ids.isEmpty ? ids.capacity : 0))
    places.add(columns)
    return columns.count - 1
  }

  /// Sets a metric of the next row; of a metric set twice the last value stays.
  package mutating func set(_ value: JSONValue, inColumn index: Int) {
    columns[index].moveTo(row: ids.count)
    columns[index].append(value)
  }

  /// Sets a metric of the next row.
  package mutating func set(number: Double, inColumn index: Int) {
    columns[index].set(number: number, row: ids.count)
  }

  /// Sets a metric of the next row.
  package mutating func set(integer: Int64, inColumn index: Int) {
    columns[index].moveTo(row: ids.count)
    columns[index].append(integer: integer)
  }

  /// Adds the next row, with the metrics that were set; those that were not are missing.
  package mutating func appendRow(
    id: CheckpointID, created: Timestamp, step: Int64, path: String,
    primaryMetric: PrimaryMetric?, unknownMembers: [JSONMember]
  ) {
    ids.append(id)
    self.created.append(created)
    steps.append(step)
    paths.append(path)
    primaryMetrics.append(primaryMetric)
    if !unknownMembers.isEmpty { self.unknownMembers[ids.count - 1] = unknownMembers }
  }

  /// Forgets the metrics that were set for the next row.
  package mutating func discardRow() {
    for index in columns.indices where columns[index].rows.upperBound > ids.count {
      columns[index].discardLast()
    }
  }

  /// Adds a checkpoint as the last row.
  public mutating func append(_ checkpoint: Checkpoint) {
    for (guess, metric) in checkpoint.metrics.enumerated() {
      set(metric.value, inColumn: columnIndex(of: metric.name, guess: guess))
    }
    appendRow(
      id: checkpoint.id, created: checkpoint.created, step: checkpoint.step,
      path: checkpoint.path, primaryMetric: checkpoint.primaryMetric,
      unknownMembers: checkpoint.unknownMembers)
  }

  /// Replaces what people wrote where a closure gives something else. O(columns), and the values
  /// that are not numbers.
  package mutating func replaceTexts(
    name: (String) -> String?, value: (_ metric: String, JSONValue) -> JSONValue?,
    path: (String) -> String?, members: (inout [JSONMember]) -> Void
  ) {
    for index in columns.indices {
      let old = columns[index].name
      if columns[index].hasOthers { columns[index].replaceOthers { value(old, $0) } }
      if let new = name(old) { columns[index].name = new }
    }
    places = ColumnPlaces(columns)
    paths.replace(path)
    primaryMetrics.replace { metric in
      guard var metric, let new = name(metric.name) else { return nil }
      metric.name = new
      return .some(metric)
    }
    for row in unknownMembers.keys.sorted() {
      if var list = unknownMembers[row] {
        members(&list)
        unknownMembers[row] = list
      }
    }
  }

  /// The row of the checkpoint with the newest time; of equals the last. `nil` when empty.
  public var latestRow: Int? {
    created.indices.max { (created[$0], $0) < (created[$1], $1) }
  }

  /// The primary metric of the first row that names one.
  public var primaryMetric: PrimaryMetric? {
    primaryMetrics.firstValue { $0 != nil } ?? nil
  }

  /// The row that is best by ``primaryMetric``; `nil` without one, or when no row
  /// has a finite number.
  public var bestRow: Int? {
    guard let metric = primaryMetric, let column = column(metric.name) else { return nil }
    return column.bestRow(for: metric.goal)
  }
}

extension CheckpointTable: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { ids.count }

  /// The checkpoint at `row`, with its metrics gathered from the columns. O(columns).
  public subscript(row: Int) -> Checkpoint {
    Checkpoint(
      id: ids[row], created: created[row], step: steps[row], path: paths[row],
      metrics: NamedValues(
        columns.compactMap { column in
          column.value(at: row).map { JSONMember(column.name, $0) }
        }),
      primaryMetric: primaryMetrics[row], unknownMembers: unknownMembers[row] ?? [])
  }
}

/// Finds columns by name; keeps a dictionary of them only where there are many.
///
/// Says nothing that the columns do not, so that any two are equal.
private struct ColumnPlaces: Sendable, Hashable {
  private static let scanLimit = 32
  private var places: [String: Int] = [:]

  init(_ columns: [MetricColumn] = []) {
    guard columns.count > Self.scanLimit else { return }
    for (index, column) in columns.enumerated() where places[column.name] == nil {
      places[column.name] = index
    }
  }

  /// Takes note of a column that was added last.
  mutating func add(_ columns: [MetricColumn]) {
    if places.isEmpty {
      self = ColumnPlaces(columns)
    } else if let last = columns.last {
      places[last.name] = columns.count - 1
    }
  }

  func index(of name: String, in columns: [MetricColumn]) -> Int? {
    places.isEmpty ? columns.firstIndex { $0.name == name } : places[name]
  }

  static func == (_: Self, _: Self) -> Bool { true }

  func hash(into _: inout Hasher) {}
}

/// A column with few different values: each is stored once, rows refer to it.
struct Interned<Value: Hashable & Sendable>: Sendable, Hashable {
  private(set) var values: [Value] = []
  private(set) var rows: [Int32] = []
  private var positions: [Value: Int32] = [:]

  subscript(row: Int) -> Value { values[Int(rows[row])] }

  mutating func append(_ value: Value) {
    if let last = rows.last, values[Int(last)] == value {
      rows.append(last)
    } else if let position = positions[value] {
      rows.append(position)
    } else {
      let position = Int32(values.count)
      values.append(value)
      positions[value] = position
      rows.append(position)
    }
  }

  /// Replaces values where `replacement` gives another; rows keep theirs apart.
  mutating func replace(_ replacement: (Value) -> Value?) {
    var hasChanged = false
    for index in values.indices {
      guard let new = replacement(values[index]) else { continue }
      values[index] = new
      hasChanged = true
    }
    guard hasChanged else { return }
    positions = Dictionary(
      values.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// The value of the first row that fulfils `condition`; values are in order of first use.
  func firstValue(where condition: (Value) -> Bool) -> Value? { values.first(where: condition) }
}
