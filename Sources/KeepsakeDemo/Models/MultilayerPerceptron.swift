/// A network with one hidden layer of rectified linear units.
struct MultilayerPerceptron: Classifier {
  var parameters: [Double]
  private let hidden: DenseLayer
  private let output: DenseLayer

  init(featureCount: Int, hiddenCount: Int, classCount: Int, seed: Int) {
    var random = SplitMix64(seed: seed)
    hidden = DenseLayer(inputCount: featureCount, unitCount: hiddenCount, offset: 0)
    output = DenseLayer(
      inputCount: hiddenCount, unitCount: classCount, offset: hidden.parameterCount)
    parameters =
      hidden.initialParameters(using: &random) + output.initialParameters(using: &random)
  }

  func scores(for features: [Double]) -> [Double] {
    output.outputs(for: activations(for: features), parameters)
  }

  func addGradient(
    at features: [Double], label: Int, to gradient: inout [Double]
  ) -> Double {
    let active = activations(for: features)
    let entropy = crossEntropy(of: output.outputs(for: active, parameters), label: label)
    output.addGradient(of: entropy.gradient, for: active, to: &gradient)

    // A unit that is off does not pass anything back.
    var slopes = output.inputGradient(of: entropy.gradient, parameters)
    for unit in slopes.indices where active[unit] == 0 { slopes[unit] = 0 }
    hidden.addGradient(of: slopes, for: features, to: &gradient)
    return entropy.loss
  }

  private func activations(for features: [Double]) -> [Double] {
    var sums = hidden.outputs(for: features, parameters)
    // Not `max`: what is not a number must stay visible.
    for unit in sums.indices where sums[unit] < 0 { sums[unit] = 0 }
    return sums
  }

  var files: [(name: String, contents: String)] {
    let units = (1...hidden.unitCount).map { "hidden_\($0)" }
    return [
      ("hidden.csv", hidden.csv(parameters, inputs: Iris.features, units: units)),
      ("output.csv", output.csv(parameters, inputs: units, units: Iris.species)),
    ]
  }
}
