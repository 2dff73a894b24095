import Foundation
import Keepsake

/// Records until it is killed, and prints each checkpoint's identifier when its call returned.
///
/// Argument: the project directory.
@main
struct RecorderKillTarget {
  static func main() throws {
    let recorder = try Recorder(path: "data", projectDirectory: CommandLine.arguments[1])
    say("experiment \(recorder.experimentID)")
    var step = 0
    while true {
      let receipt = recorder.checkpoint(
        path: step % 4 == 0 ? "data" : nil, metrics: ["loss": 1 / Double(step + 1)],
        primaryMetric: .minimize("loss"))
      say("checkpoint \(receipt.id)")
      step += 1
    }
  }

  /// Prints a line at once: `print` would keep it in memory, where the kill loses it.
  static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}
