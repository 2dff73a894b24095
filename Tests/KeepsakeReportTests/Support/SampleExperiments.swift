import KeepsakeModel
import KeepsakeTestSupport

@testable import KeepsakeReport

/// Made-up experiments that look like a real sweep, the same for the same seed.
struct SampleExperiments {
  private var random: SeededGenerator
  private(set) var experiments: [Experiment] = []
  private let start = Timestamp(nanoseconds: 1_795_165_200_000_000_000)  // 2026-11-20 09:00 UTC

  /// A sweep of `count` experiments with `checkpointCount` checkpoints each.
  init(_ count: Int, checkpoints checkpointCount: Int, seed: UInt64 = 1) {
    random = SeededGenerator(seed: seed)
    for index in 0..<count { experiments.append(experiment(index, checkpointCount)) }
  }

  private mutating func unit() -> Double { Double(random.next() >> 40) / Double(1 << 24) }

  private mutating func experiment(_ index: Int, _ count: Int) -> Experiment {
    let created = Timestamp(
      nanoseconds: start.nanoseconds + Int64(index) * 5_417 * 1_000_000_000)
    let rates = [0.001, 0.003, 0.01, 0.03, 0.1]
    let rate = rates[index % rates.count]
    let hidden = [16, 32, 64][index / 5 % 3]
    let optimizer = index % 3 == 0 ? "sgd" : "adam"
    var experiment = Experiment(
      id: ExperimentID(Identifier(using: &random)), created: created,
      params: [
        "learning_rate": rate, "hidden": hidden, "optimizer": optimizer, "seed": index % 4,
        "dataset": "iris-2026.csv", "epochs": 200, "batch_size": 32,
      ])
    experiment.user = index % 4 == 0 ? "maria" : "jun"
    experiment.host = "gpu-0\(index % 3 + 1)"
    experiment.path = "."
    experiment.command =
      "python train.py --learning-rate \(rate) --hidden \(hidden) --optimizer \(optimizer)"
    experiment.pythonVersion = "3.11.9"
    experiment.keepsakeVersion = "0.4.2"
    experiment.packages = [
      "numpy": "2.1.3", "scikit-learn": index < 9 ? "1.5.2" : "1.6.0", "torch": "2.5.1",
    ]
    experiment.git = GitState(
      commit: index < 9
        ? "3f1c9a7be02d4c5f8a6b7c8d9e0f1a2b3c4d5e6f" : "b81d2e9f4a5c6d7e8f90a1b2c3d4e5f60718293a",
      branch: "sweep", remote: "https://github.com/example/iris", isDirty: index % 7 == 0)
    let quality = 0.02 + abs(rate - 0.01) * 2 + 1 / Double(hidden) + unit() * 0.02
    for row in 0..<count {
      append(row, of: count, quality: quality, primary: .minimize("val_loss"), to: &experiment)
    }
    let end = experiment.checkpoints.created.last ?? created
    switch index % 11 {
    case 3: experiment.ending = Ending(outcome: .failed, time: end, exitCode: 1)
    case 7: break
    case 10: experiment.ending = Ending(outcome: .killed, time: end)
    default: experiment.ending = Ending(outcome: .finished, time: end, exitCode: 0)
    }
    return experiment
  }

  private mutating func append(
    _ row: Int, of count: Int, quality: Double, primary: PrimaryMetric,
    to experiment: inout Experiment
  ) {
    let x = Double(row + 1) / Double(count)
    let train = quality * 0.6 + 1.1 / (1 + 14 * x) + (unit() - 0.5) * 0.03
    let val = quality + 1.1 / (1 + 11 * x) + 0.12 * x * x + (unit() - 0.5) * 0.05
    experiment.checkpoints.append(
      Checkpoint(
        id: CheckpointID(Identifier(using: &random)),
        created: Timestamp(
          nanoseconds: experiment.created.nanoseconds + Int64(row + 1) * 31_700_000_000),
        step: Int64(row + 1) * 50, path: row % 5 == 4 || row == count - 1 ? "model.json" : "",
        metrics: [
          "train_loss": train, "val_loss": val, "val_accuracy": 1 - val * 0.35,
          "train_accuracy": 1 - train * 0.3, "grad_norm": 3 * train + unit(),
        ],
        primaryMetric: primary))
  }
}
