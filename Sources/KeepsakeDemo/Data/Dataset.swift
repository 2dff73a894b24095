/// Measured flowers: a row of features and a label for each.
struct Dataset: Equatable {
  /// Each row's features.
  private(set) var features: [[Double]] = []

  /// Each row's class.
  private(set) var labels: [Int] = []

  /// An empty table.
  init() {}

  /// Reads a table whose header names `features`, in this order, and then the label's column.
  ///
  /// Throws ``DemoError`` naming the line that does not fit.
  init(csv: String, features: [String], labels: [String]) throws {
    let lines = csv.split(separator: "\n")
    let names = lines.first?.split(separator: ",").dropLast().map(String.init)
    guard names == features else {
      throw DemoError("the table's header must name \(features.joined(separator: ", "))")
    }
    for (index, line) in lines.enumerated().dropFirst() {
      let cells = line.split(separator: ",")
      let row = cells.dropLast().compactMap { Double($0) }
      guard row.count == features.count, cells.count == row.count + 1,
        let label = cells.last.flatMap({ labels.firstIndex(of: String($0)) })
      else { throw DemoError("line \(index + 1) of the table is not a flower: \(line)") }
      append(row, label: label)
    }
  }

  /// How many rows there are.
  var count: Int { labels.count }

  /// Adds a row.
  mutating func append(_ row: [Double], label: Int) {
    features.append(row)
    labels.append(label)
  }

  /// The given rows, in the given order.
  func rows(_ indices: some Sequence<Int>) -> Dataset {
    var result = Dataset()
    for index in indices { result.append(features[index], label: labels[index]) }
    return result
  }
}

/// What is learnt from and what is held out, both standardised.
struct Split: Equatable {
  /// The rows to learn from.
  var training: Dataset

  /// The rows to measure on.
  var validation: Dataset

  /// Shuffles the rows of each class and holds out `fraction` of them, so that both parts have
  /// the classes in the same proportions.
  ///
  /// Standardised with the mean and deviation of the training rows: the held-out rows must not
  /// tell the model anything.
  init(_ data: Dataset, holdingOut fraction: Double, seed: Int) {
    var random = SplitMix64(seed: seed)
    var kept: [Int] = []
    var heldOut: [Int] = []
    for label in Set(data.labels).sorted() {
      let rows = (0..<data.count).filter { data.labels[$0] == label }.shuffled(using: &random)
      let cut = Int((Double(rows.count) * fraction).rounded())
      heldOut += rows[..<cut]
      kept += rows[cut...]
    }
    let scale = Standardisation(of: data.rows(kept))
    training = scale.applied(to: data.rows(kept))
    validation = scale.applied(to: data.rows(heldOut))
  }
}

/// Moves and scales each feature to mean 0 and standard deviation 1.
private struct Standardisation {
  private let means: [Double]
  private let deviations: [Double]

  init(of data: Dataset) {
    let count = Double(data.count)
    let columns = (0..<data.features[0].count).map { column in data.features.map { $0[column] } }
    means = columns.map { $0.reduce(0, +) / count }
    deviations = zip(columns, means).map { column, mean in
      (column.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count).squareRoot()
    }
  }

  func applied(to data: Dataset) -> Dataset {
    var result = Dataset()
    for (row, label) in zip(data.features, data.labels) {
      result.append(
        row.indices.map { (row[$0] - means[$0]) / deviations[$0] }, label: label)
    }
    return result
  }
}
