internal import KeepsakeModel

extension MetricColumn {
  /// Whether a chart can show a row: a number, NaN included, or what a number comes near, such as an
  /// integer of more digits than a Double has.
  func isDrawn(at row: Int) -> Bool {
    switch kind(at: row) {
    case .number, .integer: true
    case .missing: false
    case .other: !number(at: row).isNaN
    }
  }

  /// Whether a chart can show any row.
  var hasNumbers: Bool { rows.contains(where: isDrawn) }
}
