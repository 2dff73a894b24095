/// A table with a heading, whose cells may have several lines.
struct Grid {
  /// The heading's cells.
  var header: [String]

  /// The lines of each cell of each row.
  var rows: [[[String]]] = []

  /// The columns whose cells may be shortened.
  var flexibleColumns: Set<Int> = []

  /// Whether an empty line follows each row.
  var hasSpacedRows = true

  /// The narrowest that a column is made.
  private static let leastWidth = 8

  /// The table as text; fitted to a terminal of that many columns.
  ///
  /// Where `columns` is `nil`, nothing is shortened, and widths are those of 0.4.2.
  func rendered(columns: Int?) -> String {
    var table = ElasticTable()
    var grid = self
    if let columns {
      table.width = DisplayWidth.of
      grid.fit(to: columns)
    }
    table.add(grid.header.map { StyledText($0) })
    for row in grid.rows {
      let height = row.map(\.count).max() ?? 1
      for line in 0..<max(1, height) {
        table.add(row.map { StyledText(line < $0.count ? $0[line] : "") })
      }
      if hasSpacedRows { table.add(row.map { _ in "" }) }
    }
    return table.rendered()
  }

  private mutating func fit(to columns: Int) {
    var widths = header.indices.map { column in
      rows.reduce(DisplayWidth.of(header[column])) { widest, row in
        row[column].reduce(widest) { max($0, DisplayWidth.of($1)) }
      }
    }
    var total = widths.reduce(0, +) + 2 * (widths.count - 1)
    while total > columns {
      let widest = flexibleColumns.filter { widths[$0] > Self.leastWidth }
        .max { (widths[$0], $1) < (widths[$1], $0) }
      guard let widest else { break }
      widths[widest] -= 1
      total -= 1
    }
    for column in flexibleColumns {
      header[column] = CellText.shortened(header: header[column], to: widths[column])
      for row in rows.indices {
        rows[row][column] = rows[row][column].map {
          CellText.shortened($0, to: widths[column])
        }
      }
    }
  }
}
