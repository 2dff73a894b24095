/// How parameters move when the gradient is known.
struct Optimizer {
  /// The rule by which they move.
  enum Rule: String, Codable, CaseIterable {
    /// Against the gradient.
    case sgd

    /// Against a decaying sum of all gradients so far.
    case momentum

    /// Each by a step of its own (Kingma and Ba, ICLR 2015).
    case adam
  }

  private let rule: Rule
  private let learningRate: Double
  private var mean: [Double]
  private var square: [Double]
  private var meanDecay = 1.0
  private var squareDecay = 1.0

  init(_ rule: Rule, learningRate: Double, parameterCount: Int) {
    self.rule = rule
    self.learningRate = learningRate
    mean = Array(repeating: 0, count: parameterCount)
    square = mean
  }

  /// Moves `parameters` by one step.
  mutating func step(_ parameters: inout [Double], along gradient: [Double]) {
    switch rule {
    case .sgd:
      for index in parameters.indices { parameters[index] -= learningRate * gradient[index] }
    case .momentum:
      for index in parameters.indices {
        mean[index] = 0.9 * mean[index] + gradient[index]
        parameters[index] -= learningRate * mean[index]
      }
    case .adam:
      meanDecay *= 0.9
      squareDecay *= 0.999
      for index in parameters.indices {
        let slope = gradient[index]
        mean[index] = 0.9 * mean[index] + 0.1 * slope
        square[index] = 0.999 * square[index] + 0.001 * slope * slope
        let deviation = (square[index] / (1 - squareDecay)).squareRoot()
        parameters[index] -= learningRate * (mean[index] / (1 - meanDecay)) / (deviation + 1e-8)
      }
    }
  }
}
