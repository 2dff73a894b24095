import Keepsake

/// Times checkpoint calls without files, back to back, in one experiment.
///
/// Arguments: the project directory, and how many calls to make. Prints a line for the calls
/// around each moment: first call, last call, median and 99th percentile in microseconds.
@main
struct RecorderBenchmark {
  static func main() throws {
    let count = Int(CommandLine.arguments[2]) ?? 100_000
    let recorder = try Recorder(
      params: ["learning_rate": 0.1], projectDirectory: CommandLine.arguments[1])
    var durations: [Duration] = []
    durations.reserveCapacity(count)
    for step in 0..<count {
      let progress = Double(step) / Double(count)
      let metrics: NamedValues = [
        "accuracy": progress * 0.97, "loss": 1 - progress * 0.93, "val_loss": 1 - progress * 0.91,
      ]
      let clock = ContinuousClock()
      let start = clock.now
      recorder.checkpoint(metrics: metrics, step: step, primaryMetric: .minimize("val_loss"))
      durations.append(start.duration(to: clock.now))
    }
    let losses = recorder.finish().losses
    guard losses.isEmpty else { fatalError("\(losses)") }
    for (first, last) in [(1, 100), (901, 1_100), (99_001, 100_000)] where last <= count {
      let sorted = durations[(first - 1)..<last].sorted()
      print(
        first, last, microseconds(sorted[sorted.count / 2]),
        microseconds(sorted[sorted.count * 99 / 100]))
    }
  }

  private static func microseconds(_ duration: Duration) -> Double { duration / .microseconds(1) }
}
