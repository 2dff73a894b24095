import Foundation
import KeepsakeModel
import Testing

@testable import KeepsakeCommands

@Suite struct `keepsake report` {
  @Test func `writes a site and prints where it is`() async throws {
    let bench = try await Bench(Experiment.several)
    _ = await bench.keepsake("note", "c3", "-m", "A *note*.")
    let run = await bench.keepsake("report", "-o", "site", "--title", "Four <runs>")
    #expect(run.output == "\(bench.folder)/site/index.html\n" && run.status == 0)
    #expect(run.messages.contains("Wrote a report of 4 experiments: "))
    let index = try String(contentsOfFile: "\(bench.folder)/site/index.html", encoding: .utf8)
    #expect(index.contains("Four &lt;runs&gt;"))
    let again = await bench.keepsake("report", "-o", "site", "--title", "Four <runs>")
    #expect(again.messages.contains("of which 0 are new or changed"))
  }

  @Test func `refuses a folder that holds something else`() async throws {
    let bench = try await Bench(Experiment.several)
    try FileManager.default.createDirectory(
      atPath: "\(bench.folder)/mine", withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(filePath: "\(bench.folder)/mine/thesis.txt"))
    let run = await bench.keepsake("report", "-o", "mine")
    #expect(run.status == 1 && run.output == "" && run.messages.contains("mine"))
    #expect(FileManager.default.fileExists(atPath: "\(bench.folder)/mine/thesis.txt"))
  }

  @Test func `refuses options that make no sense`() async throws {
    let bench = try await Bench(Experiment.several)
    #expect(await bench.keepsake("report", "--goal", "best").status == 64)
    #expect(await bench.keepsake("report", "--details", "some").status == 64)
    #expect(await bench.keepsake("report", "--baseline", "zzz").status == 1)
    #expect(await bench.keepsake("report", "--templates", "nowhere").status == 1)
  }
}

@Suite struct `keepsake demo` {
  @Test func `makes a project that all commands work in`() async throws {
    let bench = try await Bench()
    let demo = await bench.keepsake("demo", "try", repository: nil)
    #expect(demo.status == 0 && demo.output == "\(bench.folder)/try/report/index.html\n")
    #expect(FileManager.default.fileExists(atPath: "\(bench.folder)/try/report/index.html"))
    let folder = "\(bench.folder)/try"
    let ids = await bench.keepsake("ls", "-q", "-s", "val/loss", "-D", folder, repository: nil)
    let sorted = ids.output.split(separator: "\n").map(String.init)
    try #require(sorted.count > 10)
    let files = await bench.keepsake(
      "diff", "--files", sorted[0], sorted[5], "-D", folder, repository: nil)
    #expect(files.status == 0 && files.output.contains("+++ \(sorted[5].prefix(7))/config.json"))
    let checkout = await bench.keepsake(
      "checkout", sorted[0], "-o", "best", "-D", folder, repository: nil)
    #expect(checkout.status == 0)
    #expect(FileManager.default.fileExists(atPath: "\(bench.folder)/best/data/iris.csv"))
    #expect(await bench.keepsake("demo", "try", repository: nil).status == 1)
  }
}
