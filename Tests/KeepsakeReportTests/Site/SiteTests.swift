import FoundationEssentials
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `A written site` {
  private static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

  private func report(_ count: Int = 3, title: String = "Iris") async throws -> Report {
    var options = ReportOptions()
    options.title = title
    return try await Report(
      input: ReportInput(
        experiments: SampleExperiments(count, checkpoints: 6).experiments, now: Self.now),
      options: options)
  }

  @Test func `has a page for each experiment and names every file in its manifest`() async throws {
    let folder = TemporaryFolder()
    let summary = try await report().write(to: folder.path)
    let files = try SiteListing(folder.path).files
    #expect(files.keys.count { $0.hasPrefix("e/") } == 3)
    #expect(files["index.html"] != nil)
    #expect(files["compare/best.html"] != nil)
    #expect(summary.fileCount == files.count)
    let manifest = try #require(SiteManifest(bytes: files["manifest.json"] ?? []))
    #expect(manifest.entries.map(\.path) == files.keys.filter { $0 != "manifest.json" }.sorted())
  }

  @Test func `is the same each time`() async throws {
    let (first, second) = (TemporaryFolder(), TemporaryFolder())
    _ = try await report(12).write(to: first.path)
    _ = try await report(12).write(to: second.path)
    let (a, b) = (try SiteListing(first.path).files, try SiteListing(second.path).files)
    #expect(a.keys.sorted() == b.keys.sorted())
    for (path, bytes) in a { #expect(b[path] == bytes, "\(path) differs") }
  }

  @Test func `is the same whatever the order of the experiments`() async throws {
    let (first, second) = (TemporaryFolder(), TemporaryFolder())
    let experiments = SampleExperiments(6, checkpoints: 4).experiments
    for (folder, list) in [(first, experiments), (second, experiments.reversed())] {
      _ = try await Report(input: ReportInput(experiments: list, now: Self.now))
        .write(to: folder.path)
    }
    #expect(try SiteListing(first.path).files == SiteListing(second.path).files)
  }

  @Test func `rewrites only what changed and deletes what is gone`() async throws {
    let folder = TemporaryFolder()
    _ = try await report(3).write(to: folder.path)
    let again = try await report(3).write(to: folder.path)
    #expect(again.writtenCount == 0)
    try folder.write("mine", to: "e/notes.txt")
    let fewer = try await report(2).write(to: folder.path)
    #expect(fewer.deletedCount >= 1)
    #expect(fewer.writtenCount > 0)
    let files = try SiteListing(folder.path).files
    #expect(files["e/notes.txt"] == Array("mine".utf8))
    #expect(files.keys.count { $0.hasPrefix("e/") && $0.hasSuffix(".html") } == 2)
  }

  @Test func `does not touch a folder that holds something else`() async throws {
    let folder = TemporaryFolder()
    try folder.write("precious", to: "thesis.tex")
    let error = await #expect(throws: ReportError.self) {
      try await report().write(to: folder.path)
    }
    #expect(error?.code == .foreignFolder)
    #expect(error?.description.contains("thesis.tex") == true)
    #expect(try SiteListing(folder.path).files.count == 1)
  }

  @Test func `does not trust a foreign manifest`() async throws {
    let folder = TemporaryFolder()
    try folder.write("{}", to: "manifest.json")
    let error = await #expect(throws: ReportError.self) {
      try await report().write(to: folder.path)
    }
    #expect(error?.code == .foreignFolder)
  }

  @Test func `never deletes outside its folder`() {
    let line =
      #"{"path":"../x","byteCount":1,"sha256":"\#(String(repeating: "0", count: 64))"}"#
    let head = #"{"generator":"keepsake report","schema":1,"files":["#
    let manifest = SiteManifest(bytes: Array("\(head)\n\(line)\n]}\n".utf8))
    #expect(manifest?.entries == [])
  }

  @Test func `keeps what a manifest lists twice and in another order`() async throws {
    let folder = TemporaryFolder()
    _ = try await report(3).write(to: folder.path)
    let before = try SiteListing(folder.path).files
    let manifest = String(decoding: try #require(before["manifest.json"]), as: UTF8.self)
    var lines = manifest.split(separator: "\n").dropFirst().dropLast().map {
      $0.hasSuffix(",") ? $0.dropLast() : $0
    }
    lines = lines.reversed() + lines
    let head = #"{"generator":"keepsake report","schema":1,"files":["#
    try folder.write("\(head)\n\(lines.joined(separator: ",\n"))\n]}\n", to: "manifest.json")
    let again = try await report(3).write(to: folder.path)
    #expect(again.deletedCount == 0)
    #expect(try SiteListing(folder.path).files == before)
  }

  @Test func `has no links that lead nowhere`() async throws {
    let folder = TemporaryFolder()
    _ = try await report(12).write(to: folder.path)
    let listing = try SiteListing(folder.path)
    #expect(listing.brokenLinks == [])
  }

  @Test func `has nothing inline and nothing remote`() async throws {
    let folder = TemporaryFolder()
    _ = try await report(12).write(to: folder.path)
    for (path, bytes) in try SiteListing(folder.path).files where path.hasSuffix(".html") {
      let text = String(decoding: bytes, as: UTF8.self)
      for forbidden in [" style=", "<style", " onclick=", "=\"/", "src=\"http", "<form", "<iframe"]
      {
        #expect(!text.contains(forbidden), "\(path) has \(forbidden)")
      }
    }
  }

  @Test func `can be empty`() async throws {
    let folder = TemporaryFolder()
    _ = try await Report(input: ReportInput(experiments: [], now: Self.now))
      .write(to: folder.path)
    let files = try SiteListing(folder.path).files
    #expect(String(decoding: files["index.html"] ?? [], as: UTF8.self).contains("No experiments"))
    #expect(try SiteListing(folder.path).brokenLinks == [])
  }
}

@Suite struct `A site with a baseline` {
  @Test func `shows how far metrics are from it, and whether that is good`() async throws {
    var random = SeededGenerator(seed: 3)
    let start = Timestamp(nanoseconds: 1_795_165_200_000_000_000)
    let experiments = [(0.5, 0.75), (0.25, 0.5), (0.5, 0.875)].map { loss, accuracy in
      var experiment = Experiment(id: ExperimentID(Identifier(using: &random)), created: start)
      experiment.checkpoints.append(
        Checkpoint(
          id: CheckpointID(Identifier(using: &random)), created: start, step: 1,
          metrics: ["loss": loss, "accuracy": accuracy, "size": 4],
          primaryMetric: .minimize("loss")))
      return experiment
    }
    var options = ReportOptions()
    options.baseline = experiments[0].id
    let folder = TemporaryFolder()
    _ = try await Report(
      input: ReportInput(experiments: experiments, now: start), options: options
    ).write(to: folder.path)
    let listing = try SiteListing(folder.path)
    let index = listing.text("index.html")
    #expect(index.contains("<td class=\"number delta good\" data-v=\"-0.25\">−0.2500</td>"))
    #expect(index.contains("<td class=\"number delta bad\" data-v=\"-0.25\">−0.2500</td>"))
    #expect(index.contains("<td class=\"number delta good\" data-v=\"0.125\">+0.1250</td>"))
    #expect(index.contains("<td class=\"number delta\" data-v=\"0\">0</td>"))
    let rows = try #require(listing.files.keys.first { $0.hasPrefix("data/rows.") })
    #expect(listing.text(rows).contains("\"kind\":\"delta\",\"goal\":\"minimize\""))
    #expect(listing.text(rows).contains("\"kind\":\"metric\",\"goal\":\"minimize\""))
    let names = listing.text(rows).split(separator: ",\"name\":\"").dropFirst()
      .map { $0.prefix { $0 != "\"" } }
    #expect(names.count == Set(names).count && names.contains("Δ loss"), "\(names)")
  }
}

@Suite struct `Runs over seeds` {
  @Test func `are summed up as mean and deviation where only the seed differs`() async throws {
    var random = SeededGenerator(seed: 4)
    let start = Timestamp(nanoseconds: 1_795_165_200_000_000_000)
    let runs: [(rate: Double, seed: Int, loss: Double)] = [
      (0.1, 1, 0.5), (0.1, 2, 0.75), (0.1, 3, 1), (0.2, 1, 0.1), (0.2, 2, 0.1),
    ]
    let experiments = runs.map { run in
      var experiment = Experiment(
        id: ExperimentID(Identifier(using: &random)), created: start,
        params: ["rate": run.rate, "seed": run.seed])
      for step in 0..<3 {
        experiment.checkpoints.append(
          Checkpoint(
            id: CheckpointID(Identifier(using: &random)), created: start, step: Int64(step),
            metrics: ["loss": run.loss + Double(2 - step)], primaryMetric: .minimize("loss")))
      }
      return experiment
    }
    let input = ReportInput(experiments: experiments, now: start)
    let groups = try #require(SeedGroups(try Overview(input, options: ReportOptions()))).groups
    #expect(groups.map(\.positions.count) == [3])
    #expect(groups[0].mean == 0.75 && groups[0].deviation == 0.25)
    let folder = TemporaryFolder()
    _ = try await Report(input: input).write(to: folder.path)
    let page = try SiteListing(folder.path).text("compare/best.html")
    #expect(page.contains("Over seeds") && page.contains("data-v=\"0.25\">0.2500</td>"))
    #expect(page.contains("class=\"band\""))
  }

  @Test func `are called by the names and values of their params, short where those are long`() {
    func label(_ params: NamedValues) -> String {
      SeedSection.label(
        of: SeedGroups.Group(positions: [], params: params, mean: 0, deviation: 0), number: 2,
        varying: params.map(\.name))
    }
    #expect(
      label(["hidden": 8, "lr": 0.1, "model": "perceptron"])
        == "2: hidden 8, lr 0.1, model perceptron")
    #expect(label([:]) == "group 2")
    #expect(
      label(["a.very.long.name.of.a.param": "a value that is long", "b": 1])
        == "2: a.ver…of.a.param a val…at is long, b 1")
    let many = NamedValues((1...9).map { JSONMember("parameter\($0)", .integer($0)) })
    #expect(
      label(many)
        == "2: parameter1 1, parameter2 2, parameter3 3, parameter4 4, …")
  }

  @Test func `of which the best eight groups are drawn say so`() async throws {
    var random = SeededGenerator(seed: 5)
    let start = Timestamp(nanoseconds: 1_795_165_200_000_000_000)
    let experiments = (0..<27).map { index in
      var experiment = Experiment(
        id: ExperimentID(Identifier(using: &random)), created: start,
        params: ["rate": index / 3, "seed": index % 3])
      // The runs of the best group have no step in common.
      experiment.checkpoints.append(
        Checkpoint(
          id: CheckpointID(Identifier(using: &random)), created: start,
          step: Int64(index < 3 ? index : 5), metrics: ["loss": Double(index)],
          primaryMetric: .minimize("loss")))
      return experiment
    }
    let folder = TemporaryFolder()
    _ = try await Report(input: ReportInput(experiments: experiments, now: start))
      .write(to: folder.path)
    let page = try SiteListing(folder.path).text("compare/best.html")
    #expect(
      page.contains(
        ">7 series: the best 8 of 9 groups, without 1 whose runs have no step in common. "))
  }
}
