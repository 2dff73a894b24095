/// Chooses the points of a long series that make up its picture.
package enum Downsampling {
  /// Appends the positions in `range` that are to be drawn, ascending.
  ///
  /// Of each of `columns` columns of the axis the smallest and the largest value are kept, so that
  /// no peak is lost; also the first, the last and `kept`. Values in `range` must be finite.
  ///
  /// - Parameters:
  ///   - domain: the axis' ends, with at least some length.
  ///   - fidelity: `high` keeps the first and last of each column too.
  package static func appendIndices(
    of values: [Double], at steps: [Double], in range: Range<Int>, domain: ClosedRange<Double>,
    columns: Int, keeping kept: Int?, fidelity: ChartOptions.Fidelity, to indices: inout [Int]
  ) {
    let first = indices.count
    let factor = Double(columns) / (domain.upperBound - domain.lowerBound)
    let lower = domain.lowerBound
    var start = range.lowerBound
    while start < range.upperBound {
      // Columns are found by comparing steps, which costs one multiplication a column.
      let column = Int((steps[start] - lower) * factor)
      let end = column + 1 >= columns ? .infinity : lower + Double(column + 1) / factor
      var (low, high) = (start, start)
      var (lowest, highest) = (values[start], values[start])
      var index = start + 1
      while index < range.upperBound, steps[index] < end {
        let value = values[index]
        if value < lowest {
          (low, lowest) = (index, value)
        } else if value > highest {
          (high, highest) = (index, value)
        }
        index += 1
      }
      func keep(_ index: Int) {
        if indices.count == first || indices[indices.count - 1] < index { indices.append(index) }
      }
      if fidelity == .high || start == range.lowerBound { keep(start) }
      let best = kept.map { (start..<index).contains($0) ? $0 : low } ?? low
      var (a, b, c) = (low, high, best)
      if a > b { swap(&a, &b) }
      if b > c { swap(&b, &c) }
      if a > b { swap(&a, &b) }
      keep(a)
      keep(b)
      keep(c)
      if fidelity == .high || index == range.upperBound { keep(index - 1) }
      start = index
    }
  }
}
