/// Cells of tables that do not fit a terminal.
enum CellText {
  /// Makes `cell` fit `width` columns, at the cost of what says least: of `name=value` the name is
  /// shortened first, and `1000001 (step 7)` becomes `1000001 (7)`.
  static func shortened(_ cell: String, to width: Int) -> String {
    if DisplayWidth.of(cell) <= width { return cell }
    if let equals = cell.firstIndex(of: "="), equals > cell.startIndex {
      let value = cell[equals...]
      let room = width - DisplayWidth.of(String(value))
      if room >= leastNameWidth {
        return DisplayWidth.shortened(String(cell[..<equals]), to: room) + value
      }
    }
    if cell.hasSuffix(")") {
      let brief = cell.replacing(" (step ", with: " (", maxReplacements: 1)
      if DisplayWidth.of(brief) <= width { return brief }
    }
    return DisplayWidth.shortened(cell, to: width)
  }

  /// A heading's first word where the whole does not fit.
  static func shortened(header: String, to width: Int) -> String {
    if DisplayWidth.of(header) <= width { return header }
    let word = String(header.prefix { $0 != " " })
    return DisplayWidth.shortened(word, to: width)
  }

  private static let leastNameWidth = 3
}
