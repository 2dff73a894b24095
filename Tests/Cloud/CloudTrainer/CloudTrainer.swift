import Foundation
import Keepsake
import KeepsakeCloud

/// Records one run of a project, whose repository may be in a cloud, as a training program would.
///
/// `CloudTrainer DIR [COUNT]`: saves `train.py` of the project `DIR` with the experiment, then
/// `weights` with each of COUNT checkpoints, 3 if not said. Prints the experiment's id.
@main enum CloudTrainer {
  static func main() {
    do {
      try run()
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private static func run() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 2 else {
      FileHandle.standardError.write(Data("usage: CloudTrainer DIR [COUNT]\n".utf8))
      exit(64)
    }
    let recorder = try Recorder(
      path: "train.py", params: ["learning_rate": 0.1], projectDirectory: arguments[1],
      options: .cloud)
    for step in 0..<(arguments.count > 2 ? Int(arguments[2]) ?? 3 : 3) {
      recorder.checkpoint(
        path: "weights", metrics: ["loss": 1 / Double(step + 1)], step: step,
        primaryMetric: .minimize("loss"))
    }
    let summary = recorder.finish()
    for loss in summary.losses { FileHandle.standardError.write(Data("\(loss)\n".utf8)) }
    print(summary.experiment)
    if !summary.losses.isEmpty { exit(1) }
  }
}
