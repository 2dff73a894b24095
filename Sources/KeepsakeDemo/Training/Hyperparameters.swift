/// What is chosen before a run; `config.json` and the recorded params have the same names.
struct Hyperparameters: Codable, Hashable {
  /// Units of the hidden layer; 0 means softmax regression.
  var hidden: Int
  var optimizer: Optimizer.Rule
  var learningRate: Double
  var batchSize = 15
  var epochs = 60

  /// Decides the initial weights and the order of the batches.
  var seed: Int

  /// Everything but the seed, in words.
  var configuration: String {
    let model = hidden == 0 ? "softmax regression" : "\(hidden) hidden units"
    return "\(model), \(optimizer.rawValue), learning rate \(learningRate)"
  }

  /// A model with its initial weights.
  func makeModel() -> any Classifier {
    let features = Iris.features.count
    let classes = Iris.species.count
    return hidden == 0
      ? SoftmaxRegression(featureCount: features, classCount: classes, seed: seed)
      : MultilayerPerceptron(
        featureCount: features, hiddenCount: hidden, classCount: classes, seed: seed)
  }
}
