import Testing

@testable import KeepsakeDemo

/// The split that the demo uses.
func demoSplit() throws -> Split { try Split(Iris.dataset(), holdingOut: 0.5, seed: 1936) }

@Suite struct `Learning` {
  @Test(arguments: [0, 1, 5], 0..<4)
  func `gradients agree with finite differences`(hidden: Int, seed: Int) throws {
    let data = try demoSplit().training
    let settings = Hyperparameters(
      hidden: hidden, optimizer: .sgd, learningRate: 0.1, seed: seed)
    var model = settings.makeModel()
    let rows = Array(0..<data.count)[10..<60]
    let analytic = model.gradient(on: data, rows: rows).gradient
    let step = 1e-6
    for index in model.parameters.indices {
      let value = model.parameters[index]
      model.parameters[index] = value + step
      let above = model.gradient(on: data, rows: rows).loss
      model.parameters[index] = value - step
      let below = model.gradient(on: data, rows: rows).loss
      model.parameters[index] = value
      let numeric = (above - below) / (2 * step)
      #expect(
        abs(numeric - analytic[index]) < 1e-6, "parameter \(index): \(numeric), \(analytic[index])")
    }
  }

  @Test func `the loss of a gradient is the loss of an evaluation`() throws {
    let data = try demoSplit().validation
    let model = Hyperparameters(hidden: 3, optimizer: .sgd, learningRate: 1, seed: 1).makeModel()
    let loss = model.gradient(on: data, rows: Array(0..<data.count)[...]).loss
    #expect(abs(loss - model.evaluate(on: data).loss) < 1e-12)
  }

  @Test func `cross-entropy survives large scores`() {
    let (loss, gradient) = crossEntropy(of: [1e300, 0, -1e300], label: 0)
    #expect(loss == 0)
    #expect(gradient == [0, 0, 0])
    #expect(crossEntropy(of: [0, 1000], label: 0).loss == 1000)
  }

  @Test(arguments: Optimizer.Rule.allCases)
  func `the same seed gives the same weights`(optimizer: Optimizer.Rule) throws {
    func weights(seed: Int) throws -> [Double] {
      let settings = Hyperparameters(
        hidden: 4, optimizer: optimizer, learningRate: 0.05, seed: seed)
      var trainer = Trainer(settings, on: try demoSplit())
      for _ in 1...5 { _ = trainer.runEpoch() }
      return trainer.model.parameters
    }
    #expect(try weights(seed: 1) == weights(seed: 1))
    #expect(try weights(seed: 1) != weights(seed: 2))
  }

  @Test(arguments: Optimizer.Rule.allCases)
  func `every optimizer finds the bottom of a bowl`(rule: Optimizer.Rule) {
    var place = [3.0, -2.0]
    var optimizer = Optimizer(rule, learningRate: 0.05, parameterCount: 2)
    for _ in 1...400 { optimizer.step(&place, along: [place[0], 4 * place[1]]) }
    #expect(place.allSatisfy { abs($0) < 0.01 }, "\(place)")
  }

  @Test func `weights are tables with a line for each unit`() {
    let model = Hyperparameters(hidden: 2, optimizer: .sgd, learningRate: 1, seed: 1).makeModel()
    let lines = model.files.map { $0.contents.split(separator: "\n") }
    #expect(model.files.map(\.name) == ["hidden.csv", "output.csv"])
    #expect(
      lines[0].first == "unit,bias,sepal_length,sepal_width,petal_length,petal_width")
    #expect(lines[0].dropFirst().map { $0.prefix(9) } == ["hidden_1,", "hidden_2,"])
    #expect(lines[1].first == "unit,bias,hidden_1,hidden_2")
    #expect(lines[1].count == 4)
  }

  @Test(arguments: [
    (0.0, "0.000"), (-0.0004, "0.000"), (1.0005, "1.001"), (-12.5, "-12.500"),
    (.infinity, "inf"), (.nan, "nan"), (1e300, "1e+300"),
  ])
  func `numbers are written with fixed digits`(value: Double, text: String) {
    #expect(value.fixed(3) == text)
  }
}
