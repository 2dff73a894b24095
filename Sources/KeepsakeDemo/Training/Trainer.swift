/// A model that learns one epoch at a time.
struct Trainer {
  private(set) var model: any Classifier
  private var optimizer: Optimizer
  private var random: SplitMix64
  private let data: Split
  private let batchSize: Int

  init(_ settings: Hyperparameters, on data: Split) {
    model = settings.makeModel()
    optimizer = Optimizer(
      settings.optimizer, learningRate: settings.learningRate,
      parameterCount: model.parameters.count)
    random = SplitMix64(seed: ~settings.seed)
    batchSize = settings.batchSize
    self.data = data
  }

  /// Learns from every training row once, in random order, and gives the mean loss met on the way.
  mutating func runEpoch() -> Double {
    let rows = Array(0..<data.training.count).shuffled(using: &random)
    var loss = 0.0
    for start in stride(from: 0, to: rows.count, by: batchSize) {
      let batch = rows[start..<min(start + batchSize, rows.count)]
      let result = model.gradient(on: data.training, rows: batch)
      optimizer.step(&model.parameters, along: result.gradient)
      loss += result.loss * Double(batch.count)
    }
    return loss / Double(rows.count)
  }

  /// How well the model does on the held-out rows.
  func validate() -> (loss: Double, accuracy: Double) { model.evaluate(on: data.validation) }
}
