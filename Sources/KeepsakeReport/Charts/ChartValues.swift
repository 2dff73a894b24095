internal import KeepsakeModel

/// One param or metric of many experiments.
package struct ChartValues: Sendable, Hashable {
  /// A value for each experiment.
  package enum Content: Sendable, Hashable {
    /// Numbers; NaN where there is none.
    case numbers([Double])
    /// Texts; `nil` where there is none.
    case categories([String?])
  }

  /// The name of the param or metric.
  package var name: String

  /// The values, in the order of the experiments.
  package var content: Content

  /// Whether the values were measured, not chosen.
  package var isMetric: Bool

  /// Describes the values of a param or metric.
  package init(name: String, content: Content, isMetric: Bool = false) {
    self.name = name
    self.content = content
    self.isMetric = isMetric
  }

  /// The number of experiments.
  package var count: Int {
    switch content {
    case .numbers(let numbers): numbers.count
    case .categories(let texts): texts.count
    }
  }

  /// The different texts, in natural order; empty for numbers.
  var categories: [String] {
    guard case .categories(let texts) = content else { return [] }
    return Set(texts.compactMap { $0 }).sorted { $0.naturallyPrecedes($1) }
  }

  /// Each value as a position on an axis: the number, or the index of the text among `categories`;
  /// NaN where there is none.
  func positions(among categories: [String]) -> [Double] {
    switch content {
    case .numbers(let numbers): return numbers
    case .categories(let texts):
      let indices = Dictionary(
        uniqueKeysWithValues: categories.enumerated().map { ($1, Double($0)) })
      return texts.map { $0.flatMap { indices[$0] } ?? .nan }
    }
  }

  /// How strongly the ranks of `metric` depend on the values, from -1 to 1; of texts the
  /// correlation ratio, which has no sign.
  ///
  /// The ratio is corrected for the number of texts (epsilon squared), as many texts with few
  /// experiments each explain any ranks by chance.
  func dependence(of metric: [Double]) -> Double? {
    switch content {
    case .numbers(let numbers): return RankCorrelation.spearman(numbers, metric)?.value
    case .categories:
      let categories = categories
      let positions = positions(among: categories)
      let rows = positions.indices.filter { !positions[$0].isNaN && !metric[$0].isNaN }
      guard rows.count >= 3, categories.count > 1 else { return nil }
      let ranks = RankCorrelation.ranks(of: rows.map { metric[$0] })
      var sums = [Double](repeating: 0, count: categories.count)
      var counts = sums
      for (rank, row) in zip(ranks, rows) {
        sums[Int(positions[row])] += rank
        counts[Int(positions[row])] += 1
      }
      let mean = Double(rows.count + 1) / 2
      var (between, total) = (0.0, 0.0)
      for (rank, row) in zip(ranks, rows) {
        let category = Int(positions[row])
        let distance = sums[category] / counts[category] - mean
        between += distance * distance
        total += (rank - mean) * (rank - mean)
      }
      guard total > 0 else { return nil }
      guard rows.count > categories.count else { return 0 }
      let chance =
        Double(categories.count - 1) * (total - between) / Double(rows.count - categories.count)
      return max(0, (between - chance) / total).squareRoot()
    }
  }

  /// Whether at least two experiments have different values.
  var isVarying: Bool {
    switch content {
    case .numbers(let numbers):
      guard let first = numbers.first(where: { !$0.isNaN }) else { return false }
      return numbers.contains { !$0.isNaN && $0 != first }
    case .categories(let texts):
      guard let first = texts.first(where: { $0 != nil }) else { return false }
      return texts.contains { $0 != nil && $0 != first }
    }
  }
}

extension ByteBuffer {
  /// Appends the value of one experiment for a table cell; nothing where there is none.
  mutating func append(cellOf values: ChartValues, at index: Int) {
    switch values.content {
    case .numbers(let numbers):
      if numbers[index].isNaN { return }
      if values.isMetric { append(metric: numbers[index]) } else { append(setting: numbers[index]) }
    case .categories(let texts): if let text = texts[index] { append(text: text) }
    }
  }

  /// Appends text of about `width` letters: of longer ones the start and the end.
  mutating func append(text: String, width: Int) {
    append(text: LabelLayout.shortened(text, to: width))
  }

  /// Appends the content of a text of a picture, of about `width` letters; a longer one has its whole
  /// as a title.
  mutating func append(label: String, width: Int) {
    append(text: label, width: width)
    guard LabelLayout.width(of: label) > width else { return }
    append("<title>")
    append(text: label)
    append("</title>")
  }
}
