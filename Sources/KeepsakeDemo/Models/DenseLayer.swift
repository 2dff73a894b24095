/// One layer of units, each a weighted sum of all inputs plus a bias.
///
/// The layer does not own its numbers: they stand in a model's flat list of parameters from
/// `offset` on, for each unit its bias and then a weight for each input.
struct DenseLayer: Equatable {
  let inputCount: Int
  let unitCount: Int
  let offset: Int

  /// How many parameters the layer has.
  var parameterCount: Int { unitCount * (inputCount + 1) }

  /// Small random weights, as Glorot and Bengio (AISTATS 2010) advise, and biases of 0.
  func initialParameters(using random: inout SplitMix64) -> [Double] {
    let limit = (6 / Double(inputCount + unitCount)).squareRoot()
    return (0..<unitCount).flatMap { _ in
      [0] + (0..<inputCount).map { _ in Double.random(in: -limit...limit, using: &random) }
    }
  }

  /// Each unit's sum.
  func outputs(for input: [Double], _ parameters: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: unitCount)
    for unit in 0..<unitCount {
      var place = offset + unit * (inputCount + 1)
      var sum = parameters[place]
      for value in input {
        place += 1
        sum += value * parameters[place]
      }
      result[unit] = sum
    }
    return result
  }

  /// Adds how the loss changes with each parameter, given how it changes with each output.
  func addGradient(
    of outputGradient: [Double], for input: [Double], to gradient: inout [Double]
  ) {
    for unit in 0..<unitCount {
      var place = offset + unit * (inputCount + 1)
      let slope = outputGradient[unit]
      gradient[place] += slope
      for value in input {
        place += 1
        gradient[place] += slope * value
      }
    }
  }

  /// How the loss changes with each input, given how it changes with each output.
  func inputGradient(of outputGradient: [Double], _ parameters: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: inputCount)
    for unit in 0..<unitCount {
      let place = offset + unit * (inputCount + 1) + 1
      for input in 0..<inputCount {
        result[input] += outputGradient[unit] * parameters[place + input]
      }
    }
    return result
  }

  /// The parameters as a CSV table: a line for each unit.
  func csv(_ parameters: [Double], inputs: [String], units: [String]) -> String {
    var lines = [(["unit", "bias"] + inputs).joined(separator: ",")]
    for unit in 0..<unitCount {
      let start = offset + unit * (inputCount + 1)
      let numbers = parameters[start...start + inputCount].map { $0.fixed(6) }
      lines.append(([units[unit]] + numbers).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
