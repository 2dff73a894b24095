internal import FoundationEssentials
import Testing

@testable import KeepsakeDemo

/// One demo, run once for all tests, and what it left in its folder.
private let demo = Result {
  let directory = FileManager.default.temporaryDirectory.path + "/keepsake-demo-\(UUID())"
  defer { try? FileManager.default.removeItem(atPath: directory) }
  var progress: [String] = []
  let summary = try Demo.run(in: directory) { progress.append($0) }
  let names =
    [Demo.notePath] + [
      "keepsake.yaml", "data/iris.csv", "config.json", "weights/hidden.csv", "weights/output.csv",
    ]
  let files = try Dictionary(
    uniqueKeysWithValues: names.map {
      ($0, try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8))
    })
  return (summary: summary, files: files, progress: progress)
}

@Suite struct `The demo` {
  @Test func `good configurations get nine flowers of ten right`() throws {
    let runs = try demo.get().summary.runs
    for run in runs where run.settings.hidden == 8 && run.settings.optimizer == .adam {
      #expect(run.accuracy > 0.9, "\(run.name)")
    }
  }

  @Test func `its best run has the smallest loss`() throws {
    let summary = try demo.get().summary
    #expect(summary.runs.allSatisfy { $0.loss >= summary.best.loss })
    #expect(summary.rival.settings.hidden == 0 || summary.best.settings.hidden == 0)
  }

  @Test func `one run diverges and says when`() throws {
    let diverged = try demo.get().summary.runs.filter { $0.divergedAt != nil }
    #expect(diverged.map(\.settings.learningRate) == [100])
  }

  @Test func `its note names the best configuration, the best run and the diverged one`() throws {
    let (summary, files, _) = try demo.get()
    let note = try #require(files[Demo.notePath])
    var means: [String: Double] = [:]
    for run in summary.runs where run.divergedAt == nil {
      means[run.settings.configuration, default: 0] += run.loss / 3
    }
    let best = try #require(means.min { $0.value < $1.value })
    #expect(
      note.contains(
        "**Best configuration:** \(best.key). Its mean loss over 3 seeds is "
          + best.value.fixed(3)), "\(note)")
    #expect(note.contains("[\(summary.best.name)](experiment:\(summary.best.shortID)) reached"))
    #expect(note.contains("**Diverged:** [8 hidden units, momentum, learning rate 100.0, seed 1]"))
  }

  @Test func `it leaves a project with configuration, data and weights`() throws {
    let (summary, files, progress) = try demo.get()
    #expect(progress.count == summary.runs.count)
    #expect(files["keepsake.yaml"] == "repository: \"file://.keepsake\"\n")
    #expect(files["data/iris.csv"] == Iris.csv)
    #expect(files["config.json"]?.contains(#""learning_rate" : 100"#) == true)
    #expect(files["weights/hidden.csv"]?.hasPrefix("unit,bias,sepal_length") == true)
    #expect(files["weights/output.csv"]?.contains("versicolor,") == true)
  }

  @Test func `it does not touch a folder that holds something`() throws {
    let directory = FileManager.default.temporaryDirectory.path + "/keepsake-demo-\(UUID())"
    try FileManager.default.createDirectory(
      atPath: "\(directory)/mine", withIntermediateDirectories: true)
    #expect(throws: DemoError.self) { try Demo.run(in: directory) { _ in } }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["mine"])
    try FileManager.default.removeItem(atPath: directory)
  }
}
