/// A model that scores each species for a flower, and learns from its mistakes.
protocol Classifier {
  /// Everything that training changes.
  var parameters: [Double] { get set }

  /// A score for each class, on any scale: the largest one wins.
  func scores(for features: [Double]) -> [Double]

  /// Adds the gradient of the cross-entropy at one row, and gives the cross-entropy.
  func addGradient(
    at features: [Double], label: Int, to gradient: inout [Double]
  ) -> Double

  /// The parameters as readable text files, by name.
  var files: [(name: String, contents: String)] { get }
}

extension Classifier {
  /// The mean cross-entropy over `rows`, and its gradient with respect to the parameters.
  func gradient(
    on data: Dataset, rows: ArraySlice<Int>
  ) -> (loss: Double, gradient: [Double]) {
    var gradient = [Double](repeating: 0, count: parameters.count)
    var loss = 0.0
    for row in rows {
      loss += addGradient(at: data.features[row], label: data.labels[row], to: &gradient)
    }
    let scale = 1 / Double(rows.count)
    for index in gradient.indices { gradient[index] *= scale }
    return (loss * scale, gradient)
  }

  /// The mean cross-entropy, and the share of flowers whose species gets the largest score.
  func evaluate(on data: Dataset) -> (loss: Double, accuracy: Double) {
    var loss = 0.0
    var hits = 0
    for row in 0..<data.count {
      let scores = scores(for: data.features[row])
      let label = data.labels[row]
      loss += crossEntropy(of: scores, label: label).loss
      // With scores that are not numbers nothing wins.
      if scores.indices.allSatisfy({ $0 == label || scores[label] > scores[$0] }) { hits += 1 }
    }
    return (loss / Double(data.count), Double(hits) / Double(data.count))
  }
}
