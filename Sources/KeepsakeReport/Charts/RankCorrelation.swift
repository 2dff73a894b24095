/// Spearman's rank correlation: whether one quantity tends to rise with another, from -1 to 1.
package enum RankCorrelation {
  /// The correlation of the pairs of which both numbers are finite or infinite.
  ///
  /// - Returns: the correlation and the number of pairs; `nil` for fewer than three pairs, or when
  ///   one side does not vary.
  package static func spearman(_ a: [Double], _ b: [Double]) -> (value: Double, count: Int)? {
    let rows = a.indices.filter { !a[$0].isNaN && !b[$0].isNaN }
    guard rows.count >= 3 else { return nil }
    return pearson(ranks(of: rows.map { a[$0] }), ranks(of: rows.map { b[$0] }))
      .map { ($0, rows.count) }
  }

  /// The rank of each value, from 1; equal values share the mean of theirs. NaN is not allowed.
  package static func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for position in start..<end { ranks[order[position]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  private static func pearson(_ a: [Double], _ b: [Double]) -> Double? {
    let count = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    var (product, squaresA, squaresB) = (0.0, 0.0, 0.0)
    for index in a.indices {
      let (x, y) = (a[index] - meanA, b[index] - meanB)
      product += x * y
      squaresA += x * x
      squaresB += y * y
    }
    guard squaresA > 0, squaresB > 0 else { return nil }
    return product / (squaresA * squaresB).squareRoot()
  }
}
