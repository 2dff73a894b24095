/// Lines of cells that stand under each other.
///
/// As Go's tabwriter: a column reaches over consecutive lines that have a cell after it, and the
/// last cell of a line belongs to no column.
struct ElasticTable {
  /// The least width of a column, with the space behind it.
  var minimumWidth = 0

  /// The space between columns.
  var padding = 2

  /// How wide a text is.
  var width: (String) -> Int = { $0.unicodeScalars.count }

  private(set) var lines: [[StyledText]] = []

  init(minimumWidth: Int = 0, padding: Int = 2) {
    self.minimumWidth = minimumWidth
    self.padding = padding
  }

  /// Adds a line.
  mutating func add(_ cells: [StyledText]) { lines.append(cells) }

  /// The lines, each with a newline.
  func rendered() -> String {
    var result = ""
    var widths: [Int] = []
    format(lines.indices, &widths, &result)
    return result
  }

  private func format(_ range: Range<Int>, _ widths: inout [Int], _ result: inout String) {
    let column = widths.count
    var start = range.lowerBound
    var index = start
    while index < range.upperBound {
      guard column < lines[index].count - 1 else {
        index += 1
        continue
      }
      write(start..<index, widths, &result)
      start = index
      var columnWidth = minimumWidth
      while index < range.upperBound, column < lines[index].count - 1 {
        columnWidth = max(columnWidth, width(lines[index][column].text) + padding)
        index += 1
      }
      widths.append(columnWidth)
      format(start..<index, &widths, &result)
      widths.removeLast()
      start = index
    }
    write(start..<range.upperBound, widths, &result)
  }

  private func write(_ range: Range<Int>, _ widths: [Int], _ result: inout String) {
    for line in lines[range] {
      for (column, cell) in line.enumerated() {
        result += cell.rendered
        if column < widths.count {
          result += String(repeating: " ", count: max(0, widths[column] - width(cell.text)))
        }
      }
      result += "\n"
    }
  }
}
