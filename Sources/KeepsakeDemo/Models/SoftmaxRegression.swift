/// Multinomial logistic regression: each species' score is a weighted sum of the features.
struct SoftmaxRegression: Classifier {
  var parameters: [Double]
  private let layer: DenseLayer

  init(featureCount: Int, classCount: Int, seed: Int) {
    var random = SplitMix64(seed: seed)
    layer = DenseLayer(inputCount: featureCount, unitCount: classCount, offset: 0)
    parameters = layer.initialParameters(using: &random)
  }

  func scores(for features: [Double]) -> [Double] {
    layer.outputs(for: features, parameters)
  }

  func addGradient(
    at features: [Double], label: Int, to gradient: inout [Double]
  ) -> Double {
    let entropy = crossEntropy(of: scores(for: features), label: label)
    layer.addGradient(of: entropy.gradient, for: features, to: &gradient)
    return entropy.loss
  }

  var files: [(name: String, contents: String)] {
    [("output.csv", layer.csv(parameters, inputs: Iris.features, units: Iris.species))]
  }
}
