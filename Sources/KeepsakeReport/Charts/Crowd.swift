/// Where most of very many lines run: the 10th to the 90th percentile at each of a few steps.
struct Crowd: Sendable {
  let steps: [Double]
  let low: [Double]
  let high: [Double]

  /// The percentiles of the drawn values of `curves`; `nil` when no step has enough of them.
  init?(of curves: [Curve], in range: ClosedRange<Double>) {
    let count = 128
    let lines = curves.map { $0.series.currentLine(of: $0.drawn) }
    var cursors = [Int](repeating: 0, count: lines.count)
    var (steps, low, high): ([Double], [Double], [Double]) = ([], [], [])
    for column in 0...count {
      let step =
        range.lowerBound
        + (range.upperBound - range.lowerBound) * Double(column) / Double(count)
      var values: [Double] = []
      for (index, line) in lines.enumerated() {
        let value = line.values.interpolated(at: step, in: line.steps, cursor: &cursors[index])
        if let value, value.isFinite { values.append(value) }
      }
      guard values.count >= 3 else { continue }
      values.sort()
      steps.append(step)
      low.append(values[Int((Double(values.count - 1) * 0.1).rounded())])
      high.append(values[Int((Double(values.count - 1) * 0.9).rounded())])
    }
    guard steps.count > 1 else { return nil }
    (self.steps, self.low, self.high) = (steps, low, high)
  }
}

extension [Double] {
  /// The value at `step`, linear between the steps around it; `nil` before the first and after the
  /// last. NaN beside a value that is not finite.
  ///
  /// - Parameter cursor: 0 at first, then kept for calls with ascending steps.
  func interpolated(at step: Double, in steps: [Double], cursor: inout Int) -> Double? {
    guard let first = steps.first, let last = steps.last, step >= first, step <= last else {
      return nil
    }
    while cursor + 1 < count, steps[cursor + 1] <= step { cursor += 1 }
    if steps[cursor] == step || cursor + 1 == count { return self[cursor] }
    let part = (step - steps[cursor]) / (steps[cursor + 1] - steps[cursor])
    return self[cursor] + (self[cursor + 1] - self[cursor]) * part
  }
}
