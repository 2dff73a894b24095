import Keepsake

/// The example of README, which a test compares with this file.
func readmeExample(train: (Int) -> Double) throws {
  // begin
  let recorder = try Recorder(path: ".", params: ["learning_rate": 0.1, "seed": 1])
  for epoch in 0..<10 {
    let loss = train(epoch)
    recorder.checkpoint(
      path: "weights", metrics: ["loss": loss], step: epoch, primaryMetric: .minimize("loss"))
  }
  for loss in recorder.finish().losses { print(loss) }
  // end
}
