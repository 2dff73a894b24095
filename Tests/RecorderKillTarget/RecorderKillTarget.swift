import Foundation
import Keepsake

/// Records until it is killed, and prints each checkpoint's identifier when its call returned.
///
/// Arguments: the project directory; optionally how many checkpoints to make before the program
/// simply exits, with status 3.
@main
struct RecorderKillTarget {
  static func main() throws {
    var options = RecorderOptions()
    // As often as possible, so that kills also hit the moments at which files are rewritten.
    options.mergeInterval = .milliseconds(1)
    options.tickInterval = .milliseconds(1)
    let recorder = try Recorder(
      path: "data", projectDirectory: CommandLine.arguments[1], options: options)
    say("experiment \(recorder.experimentID)")
    let limit = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) }
    var step = 0
    while true {
      if step == limit { exit(3) }
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
