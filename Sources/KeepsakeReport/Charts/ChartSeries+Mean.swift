extension ChartSeries {
  /// The mean of runs that differ only in their seed, with a band of one standard deviation.
  ///
  /// Runs are interpolated to the union of their steps, over the steps that all of them reach, so
  /// that every mean is one of the same runs. The deviation is that of a sample (n − 1).
  ///
  /// - Returns: `nil` for fewer than three runs, or when no step is common to all.
  package init?(meanOf runs: [ChartSeries], label: String, key: String = "", href: String? = nil) {
    guard runs.count >= 3 else { return nil }
    let runs = runs.map { $0.currentLine(of: $0.values) }
    let low = runs.compactMap { $0.steps.first }.max() ?? 0
    let high = runs.compactMap { $0.steps.last }.min() ?? 0
    guard runs.allSatisfy({ !$0.steps.isEmpty }), low <= high else { return nil }

    var steps: [Double] = []
    var positions = runs.map { $0.steps.firstPosition(notBelow: low) }
    while true {
      var next = Double.infinity
      for (run, position) in zip(runs, positions) where position < run.steps.count {
        next = min(next, run.steps[position])
      }
      guard next <= high else { break }
      steps.append(next)
      for index in runs.indices {
        while positions[index] < runs[index].steps.count,
          runs[index].steps[positions[index]] == next
        {
          positions[index] += 1
        }
      }
    }

    var cursors = [Int](repeating: 0, count: runs.count)
    var (means, deviations): ([Double], [Double]) = ([], [])
    means.reserveCapacity(steps.count)
    deviations.reserveCapacity(steps.count)
    let count = Double(runs.count)
    for step in steps {
      // Welford's method: no difference of large sums.
      var (mean, squares, seen) = (0.0, 0.0, 0.0)
      for (index, run) in runs.enumerated() {
        let value = run.values.interpolated(at: step, in: run.steps, cursor: &cursors[index])
        seen += 1
        let distance = (value ?? .nan) - mean
        mean += distance / seen
        squares += distance * ((value ?? .nan) - mean)
      }
      means.append(mean)
      deviations.append((squares / (count - 1)).squareRoot())
    }
    self.init(label: label, key: key, href: href, steps: steps, values: means)
    let longest = runs.compactMap { $0.steps.last }.max() ?? high
    band = Band(deviations: deviations, count: runs.count, longest: longest)
  }
}
