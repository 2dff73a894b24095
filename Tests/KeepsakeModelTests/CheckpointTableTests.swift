import KeepsakeModel
import KeepsakeTestSupport
import Testing

/// Checkpoints whose metrics a test chooses.
private func table(_ rows: [NamedValues]) -> CheckpointTable {
  var generator = SeededGenerator(seed: 1)
  return CheckpointTable(
    rows.enumerated().map { step, metrics in
      Checkpoint(
        id: CheckpointID(Identifier(using: &generator)),
        created: Timestamp(nanoseconds: Int64(step)), step: Int64(step), metrics: metrics)
    })
}

@Suite struct `A table of checkpoints` {
  @Test func `gives back metrics that begin late and end early`() throws {
    let rows: [NamedValues] = [
      ["a": 1], ["b": "text", "c": 0.5], [:], ["b": 3, "c": Double.nan], ["a": 2.5],
    ]
    let table = table(rows)
    #expect(table.map(\.metrics.count) == [1, 2, 0, 2, 1])
    #expect(table[1].metrics == rows[1])
    #expect(table[4].metrics == rows[4])
    let column = try #require(table.column("b"))
    #expect(column.rows == 1..<4)
    #expect(
      table.indices.map { column.kind(at: $0) } == [.missing, .other, .missing, .integer, .missing])
    #expect(column.number(at: 3) == 3)
    #expect(column.number(at: 0).isNaN && column.number(at: 4).isNaN)
    #expect(column.bestRow(for: .minimize) == 3)
    #expect(table.column("c")?.bestRow(for: .maximize) == 1)
  }

  @Test func `takes the last value of a metric that a row has twice, and forgets a row`() {
    var table = table([["a": 1]])
    let column = table.columnIndex(of: "b", guess: 1)
    table.set("text", inColumn: column)
    table.set(number: 2, inColumn: column)
    #expect(table.columns[column].value(at: 1) == 2.0)
    table.discardRow()
    #expect(table.columns[column].value(at: 1) == nil)
  }

  /// The square of 20,000 rows would be gigabytes and minutes.
  @Test(.timeLimit(.minutes(1)))
  func `takes as much memory as there are values, not rows times names`() {
    let count = 20_000
    let table = table((0..<count).map { ["metric \($0)": $0] })
    #expect(table.columns.count == count)
    #expect(table.columns.reduce(0) { $0 + $1.rows.count } == count)
    #expect(table.column("metric 19999")?.number(at: 19_999) == 19_999)
    #expect(table.column("metric") == nil)
  }
}
