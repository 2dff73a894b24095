import FoundationEssentials
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

/// What a report is made from, and how it can change between two builds.
private struct Build: Sendable {
  var input: ReportInput
  var options = ReportOptions()

  init() {
    input = ReportInput(
      experiments: SampleExperiments(12, checkpoints: 6).experiments,
      now: Timestamp(nanoseconds: 1_795_300_000_000_000_000))
    // Pages of experiments with files are partly made from these; others need not be.
    for index in input.experiments.indices { input.experiments[index].path = "" }
  }

  func write(to folder: TemporaryFolder) async throws -> ReportSummary {
    try await Report(input: input, options: options).write(to: folder.path)
  }

  /// The position of the experiment with the lowest loss, and of others.
  var ranking: [Int] {
    func loss(_ index: Int) -> Double {
      input.experiments[index].best?.metrics["val_loss"]?.doubleValue ?? .infinity
    }
    return input.experiments.indices.sorted { loss($0) < loss($1) }
  }

  mutating func addCheckpoint(to index: Int, loss: Double) {
    var random = SeededGenerator(seed: 99)
    let last = input.experiments[index].checkpoints.created.last
    input.experiments[index].checkpoints.append(
      Checkpoint(
        id: CheckpointID(Identifier(using: &random)),
        created: Timestamp(nanoseconds: (last?.nanoseconds ?? 0) + 1_000_000_000), step: 1000,
        metrics: ["val_loss": loss], primaryMetric: .minimize("val_loss")))
  }

  /// Changes that a page can show, by what they are.
  static let changes: [(name: String, change: @Sendable (inout Build) -> Void)] = [
    ("nothing", { _ in }),
    ("a worse checkpoint", { $0.addCheckpoint(to: 5, loss: 9) }),
    ("a worse checkpoint of the best", { $0.addCheckpoint(to: $0.ranking[0], loss: 9) }),
    ("another best", { $0.addCheckpoint(to: $0.ranking[4], loss: 0.0001) }),
    ("a better best", { $0.addCheckpoint(to: $0.ranking[0], loss: 0.0001) }),
    ("another order of the worst", { $0.addCheckpoint(to: $0.ranking[11], loss: 0.11) }),
    ("a param", { $0.input.experiments[3].params = ["learning_rate": 0.5] }),
    (
      "a param that all have",
      { build in
        for index in build.input.experiments.indices {
          build.input.experiments[index].params = ["epochs": index]
        }
      }
    ),
    ("a package of the best", { $0.input.experiments[$0.ranking[0]].packages = ["torch": "9"] }),
    ("the command of the best", { $0.input.experiments[$0.ranking[0]].command = "other" }),
    ("a host", { $0.input.experiments[2].host = "gpu-77" }),
    ("one less", { $0.input.experiments.removeFirst() }),
    ("the best gone", { $0.input.experiments.remove(at: $0.ranking[0]) }),
    ("a heartbeat", { $0.input.experiments[7].heartbeat = $0.input.now }),
    ("a parent", { $0.input.experiments[1].resumedFrom = $0.input.experiments[0].id.bits }),
    ("a problem", { $0.input.problems = [Problem(place: "x.json", reason: "it is torn")] }),
    ("a note", { $0.input.notes[$0.input.experiments[4].id] = "Look *here*." }),
    ("the repository's name", { $0.input.repositoryLabel = "s3://bucket/iris" }),
    ("the title", { $0.options.title = "Tulips" }),
    ("the baseline", { $0.options.baseline = $0.input.experiments[3].id }),
    ("the metric", { $0.options.metric = "train_accuracy" }),
    ("the goal", { $0.options.goal = .maximize }),
    ("the pages", { $0.options.detailLimit = 3 }),
    ("x axis", { $0.options.xAxis = .time }),
    ("smoothing", { $0.options.smoothing = .timeWeighted(0.9) }),
    ("the scale of all", { $0.options.logScale = .all }),
    ("the scale of one", { $0.options.logScale = .metrics(["val_loss"]) }),
    ("a template", { $0.options.templates = ["partials/footer.mustache": "<p>mine</p>\n"] }),
  ]
}

@Suite struct `Building a site again` {
  @Test(arguments: Build.changes.indices)
  func `makes the bytes that a new build makes`(change: Int) async throws {
    let (again, new) = (TemporaryFolder(), TemporaryFolder())
    var build = Build()
    build.options.templates = ["partials/footer.mustache": "<p>{{repository}}</p>\n"]
    _ = try await build.write(to: again)
    try again.ageFiles()
    Build.changes[change].change(&build)
    _ = try await build.write(to: again)
    _ = try await build.write(to: new)
    let (a, b) = (try SiteListing(again.path).files, try SiteListing(new.path).files)
    #expect(a.keys.sorted() == b.keys.sorted(), "after \(Build.changes[change].name)")
    for (path, bytes) in a {
      #expect(b[path] == bytes, "\(path) differs after \(Build.changes[change].name)")
    }
  }

  @Test func `compares the files that are saved now`() async throws {
    struct Files: SnapshotSource {
      var name: String
      func index(of snapshot: SnapshotID) async -> FileIndex? {
        let digest = ContentDigest(snapshot.description)
        return FileIndex([SnapshotFile(path: name, byteCount: 9, mode: 0o644, digest: digest)])
      }
      func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
        Array("\(path) \(snapshot)\n".utf8)
      }
    }
    let (again, new) = (TemporaryFolder(), TemporaryFolder())
    var build = Build()
    for index in build.input.experiments.indices { build.input.experiments[index].path = "." }
    build.input.snapshots = Files(name: "old.py")
    _ = try await build.write(to: again)
    try again.ageFiles()
    build.input.snapshots = Files(name: "new.py")
    _ = try await build.write(to: again)
    _ = try await build.write(to: new)
    #expect(try SiteListing(again.path).files == SiteListing(new.path).files)
    let page = try SiteListing(again.path).text("compare/best.html")
    #expect(page.contains("<code>new.py</code>") && !page.contains("old.py"))
  }

  @Test func `mends a file that somebody changed, of whatever size`() async throws {
    let folder = TemporaryFolder()
    let build = Build()
    _ = try await build.write(to: folder)
    try folder.ageFiles()
    let files = try SiteListing(folder.path).files
    let pages = files.keys.filter { $0.hasPrefix("e/") }.sorted()
    let original = try #require(files[pages[0]])
    let same = String(repeating: "x", count: original.count)
    try folder.write(same, to: pages[0])
    try folder.write("short", to: pages[1])
    #expect(try await build.write(to: folder).writtenCount == 2)
    #expect(try SiteListing(folder.path).files == files)
    try folder.ageFiles()
    #expect(try await build.write(to: folder).writtenCount == 0)
  }

  @Test func `keeps files that were made from the same, and no others`() throws {
    let folder = TemporaryFolder()
    let input = InputBytes.digest { $0.append(1) }
    let first = try SiteFolder(folder.path)
    for name in ["a.html", "b.html", "c.html"] {
      try first.write(SiteFile(path: name, bytes: [1, 2, 3], input: input))
    }
    try first.write(SiteFile(path: "d.html", bytes: [1, 2, 3]))
    _ = try first.finish()
    try folder.ageFiles()
    try folder.write("abc", to: "b.html")
    try FileManager.default.removeItem(atPath: "\(folder.path)/c.html")
    let second = try SiteFolder(folder.path)
    #expect(second.keeps("a.html", madeFrom: input))
    #expect(!second.keeps("a.html", madeFrom: InputBytes.digest { $0.append(2) }))
    #expect(!second.keeps("b.html", madeFrom: input), "it was changed later")
    #expect(!second.keeps("c.html", madeFrom: input), "it is gone")
    #expect(!second.keeps("d.html", madeFrom: input), "nothing says what it was made from")
    #expect(!second.keeps("e.html", madeFrom: input))
  }

  /// A property that is added to one of these must be added to its digest too.
  @Test func `looks at every property that a page is made from`() throws {
    func names(_ value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }
    let build = Build()
    let context = try SiteContext(build.input, build.options)
    let summary = context.overview.experiments[0]
    let surroundings = Surroundings(context)
    let page = ExperimentPage(
      surroundings: surroundings, summary: summary, parent: nil, neighbours: .init(),
      opponents: [],
      notes: ByteBuffer(), files: SavedFiles())
    #expect(
      names(page) == [
        "surroundings", "summary", "parent", "neighbours", "opponents", "notes", "files",
      ])
    #expect(
      names(surroundings) == [
        "frame", "options", "metric", "hasOthers", "varyingParams", "best",
      ])
    #expect(names(try #require(surroundings.best)) == ["id", "link", "score"])
    #expect(
      names(surroundings.frame) == [
        "title", "stylesheetPath", "scriptPaths", "repositoryLabel", "comparePath", "hasParameters",
        "problemCount",
      ])
    #expect(
      names(build.options) == [
        "title", "templates", "metric", "goal", "baseline", "comparisons", "detailLimit",
        "smoothing",
        "fidelity", "xAxis", "logScale", "sort", "withholdsSecrets",
      ])
    #expect(
      names(summary) == [
        "experiment", "stem", "shortID", "hasPage", "status", "primaryMetric", "bestRow",
        "scoreRow", "score", "duration",
      ])
    #expect(names(summary.link) == ["stem", "shortID", "hasPage"])
    #expect(
      names(Opponent(summary, named: "the best", start: nil)) == [
        "name", "id", "link", "metrics", "params", "code", "packages", "start", "digest",
      ])
    #expect(names(page.neighbours) == ["older", "newer"])
    #expect(
      names(ReportOptions.ComparisonChoice(name: "", experiments: [])) == ["name", "experiments"])
    #expect(names(SavedFiles()) == ["start", "checkpoint", "previousRow", "previous"])
    #expect(names(ExperimentData(summary)) == ["summary", "checkpoints"])
    let parameters = ParametersPage(context.overview, surroundings)
    #expect(
      names(parameters) == ["surroundings", "metric", "experiments", "params", "rareCount"])
    #expect(names(try #require(parameters.experiments.first)) == ["link", "score", "params"])
    #expect(names(try #require(parameters.params.first)) == ["name", "isNumeric", "count"])
  }
}

extension TemporaryFolder {
  /// Writes the manifest again until the clock of the file system has moved on since the last file
  /// was written.
  fileprivate func ageFiles() throws {
    let manifest = "\(path)/manifest.json"
    let bytes = try #require(try FileSystem.contents(of: manifest))
    let newest =
      try SiteListing(path).files.keys.filter { $0 != "manifest.json" }
      .compactMap { FileSystem.status(of: "\(path)/\($0)")?.changed }.max() ?? 0
    while try #require(FileSystem.status(of: manifest)).changed <= newest {
      try FileSystem.write(bytes, to: manifest)
    }
  }
}
