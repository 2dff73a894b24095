/// The runs of the demo, in the order in which they are made.
enum Sweep {
  /// A grid that asks what a hidden layer, the optimizer and the learning rate do, three seeds
  /// each; then momentum where the grid did best; then a learning rate with the point forgotten.
  static let runs = grid + momentum + [tooFast]

  private static let seeds = 1...3

  private static let grid = [0, 2, 8].flatMap { hidden in
    [Optimizer.Rule.sgd, .adam].flatMap { optimizer in
      [0.01, 0.1].flatMap { learningRate in
        seeds.map {
          Hyperparameters(
            hidden: hidden, optimizer: optimizer, learningRate: learningRate, seed: $0)
        }
      }
    }
  }

  private static let momentum = seeds.map {
    Hyperparameters(hidden: 8, optimizer: .momentum, learningRate: 0.1, seed: $0)
  }

  /// Ends with numbers that are not numbers any more.
  private static let tooFast = Hyperparameters(
    hidden: 8, optimizer: .momentum, learningRate: 100, seed: 1)
}
