import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Pages` {
  private static let golden = Golden()
  private static let now = Timestamp(nanoseconds: 1_795_180_000_000_000_000)

  private static func experiment(
    _ digit: Character, day: Int64, params: NamedValues, values: [Double],
    metric: PrimaryMetric? = .minimize("loss")
  ) throws -> Experiment {
    let id = try #require(ExperimentID(String(repeating: digit, count: 64)))
    var experiment = Experiment(
      id: id, created: Timestamp(nanoseconds: day * 86_400_000_000_000), params: params)
    experiment.user = "ada"
    experiment.command = "python train.py"
    experiment.path = "."
    experiment.packages = ["torch": "2.5.1"]
    for (row, value) in values.enumerated() {
      let text = "\(digit)\(row)" + String(repeating: digit, count: 62)
      experiment.checkpoints.append(
        Checkpoint(
          id: try #require(CheckpointID(text)),
          created: Timestamp(
            nanoseconds: experiment.created.nanoseconds + Int64(row + 1) * 60_000_000_000),
          step: Int64(row * 10), path: row == 1 ? "model.bin" : "",
          metrics: ["loss": value, "accuracy": 1 - value / 4], primaryMetric: metric))
    }
    return experiment
  }

  private static func small() throws -> [Experiment] {
    [
      try experiment(
        "a", day: 20_000, params: ["lr": 0.1, "seed": 1], values: [0.9, 0.25, 0.5]),
      try experiment(
        "b", day: 20_001, params: ["lr": 0.01, "seed": 1], values: [.nan, 0.75, 0.625]),
      try experiment("c", day: 20_002, params: ["lr": 0.01, "note": "x"], values: []),
    ]
  }

  private struct Snapshots: SnapshotSource {
    func index(of snapshot: SnapshotID) async -> FileIndex? {
      let seed = String("\(snapshot)".prefix(1))
      return FileIndex([
        SnapshotFile(
          path: "train.py", byteCount: 1200, mode: 0o644,
          digest: ContentDigest(String(repeating: seed, count: 64))),
        SnapshotFile(path: "data", byteCount: 0, mode: 0o777, digest: nil, linkTarget: "/data"),
      ])
    }
    func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? { nil }
  }

  private func site(
    _ experiments: [Experiment], configure: (inout ReportOptions) -> Void = { _ in }
  ) async throws -> SiteListing {
    let folder = TemporaryFolder()
    var options = ReportOptions()
    options.title = "Small"
    configure(&options)
    let input = ReportInput(
      experiments: experiments,
      problems: [Problem(place: "metadata/experiments/d.json", reason: "it is empty")],
      notes: Dictionary(experiments.prefix(1).map { ($0.id, "A *good* run.") }) { a, _ in a },
      projectNotes: [ProjectNote(fileName: "notes/a.md", markdown: "[x](experiment:ffff)")],
      snapshots: Snapshots(), repositoryLabel: "s3://lab/small", now: Self.now)
    _ = try await Report(input: input, options: options).write(to: folder.path)
    return try SiteListing(folder.path)
  }

  /// A page's main part without the pictures, which have golden files of their own.
  private func text(_ path: String, in site: SiteListing) -> String {
    var text = site.main(of: path)
    while let start = text.firstRange(of: "<svg "), let end = text.firstRange(of: "</svg>") {
      text.replaceSubrange(start.lowerBound..<end.upperBound, with: "[picture]")
    }
    return text
  }

  @Test(arguments: [
    ("index.html", "page-index.html"), ("best.html", "page-best.html"),
    ("e/aaaaaaaaaaaa.html", "page-experiment.html"), ("compare/best.html", "page-compare.html"),
    ("health.html", "page-health.html"),
  ])
  func `look as they did`(path: String, name: String) async throws {
    let site = try await site(try Self.small())
    #expect(try Self.golden.mismatch(of: text(path, in: site) + "\n", with: name) == nil)
  }

  @Test func `compare what readers choose where there are two experiments or more`() async throws {
    let some = try await site(try Self.small())
    let page = some.text("compare/chosen.html")
    let rows = try #require(some.files.keys.first { $0.hasPrefix("data/rows.") })
    #expect(page.contains("data-page=\"chosen\" data-table=\"\(rows)\" data-x=\"step\""))
    #expect(page.contains(" data-smooth=\"\" data-log=\"[]\">"))
    let other = try await site(try Self.small()) {
      $0.smoothing = .timeWeighted(0.25)
      $0.logScale = .metrics(["a\"b", "loss"])
      $0.xAxis = .time
    }.text("compare/chosen.html")
    #expect(
      other.contains(
        " data-x=\"time\" data-smooth=\"0.25\" data-log=\"[&quot;a\\&quot;b&quot;,&quot;loss&quot;]\">"
      ))
    #expect(page.contains("<a href=\"../compare/best.html\">The best</a>"))
    #expect(some.text("best.html").contains(" data-rows data-compare=\"compare/chosen.html\">"))
    #expect(some.text("manifest.json").contains("\"compare/chosen.html\""))
    let one = try await site([try Self.small()[0]])
    #expect(one.files["compare/chosen.html"] == nil)
    #expect(one.text("index.html").contains(" data-rows>"))
  }

  @Test func `rank by the recorded goal and never by NaN`() throws {
    let context = try SiteContext(
      ReportInput(experiments: try Self.small(), now: Self.now), ReportOptions())
    let overview = context.overview
    #expect(overview.metric == .minimize("loss"))
    #expect(overview.ranking.map { overview.experiments[$0].shortID.first } == ["a", "b", "c"])
    #expect(overview.experiments.map(\.score) == [nil, 0.625, 0.25])
  }

  @Test func `rank by the metric that is asked for`() throws {
    var options = ReportOptions()
    options.metric = "accuracy"
    options.goal = .minimize
    let overview = try SiteContext(
      ReportInput(experiments: try Self.small(), now: Self.now), options
    ).overview
    #expect(overview.ranking.map { overview.experiments[$0].shortID.first } == ["a", "b", "c"])
    options.metric = "speed"
    let error = #expect(throws: ReportError.self) {
      _ = try SiteContext(ReportInput(experiments: try Self.small(), now: Self.now), options)
    }
    #expect(error?.code == .badOption)
  }

  @Test func `bring back the files of the checkpoint that they call best`() async throws {
    let experiments = [
      try Self.experiment("a", day: 20_000, params: ["lr": 0.1], values: [0.25, 0.9, 0.5]),
      try Self.experiment("c", day: 20_002, params: ["lr": 0.2], values: []),
    ]
    let path = "e/aaaaaaaaaaaa.html"
    let recorded = try await site(experiments)
    #expect(recorded.main(of: path).contains("Best checkpoint <code>a0aaaaa</code>"))
    #expect(!recorded.main(of: path).contains("a1aaaaa -o"))
    let json = recorded.text("experiments.json")
    #expect(json.contains("\"best_by\":{\"name\":\"loss\",\"goal\":\"minimize\"}"))
    #expect(json.contains("\"best_checkpoint\":null,\"best_by\":null"))

    let forced = try await site(experiments) {
      $0.metric = "accuracy"
      $0.goal = .minimize
    }
    let main = forced.main(of: path)
    #expect(main.contains("Best checkpoint <code>a1aaaaa</code>"))
    #expect(main.contains("<code>keepsake checkout a1aaaaa -o a1aaaaa</code>"))
    #expect(
      main.contains(
        "best checkpoint by accuracy; the experiment’s id stands for its best by loss."))
    #expect(
      forced.text("experiments.json").contains(
        "\"best_by\":{\"name\":\"accuracy\",\"goal\":\"minimize\"}"))
  }

  @Test func `tell params that vary from those that do not`() throws {
    let survey = ParamSurvey([
      ["a": 1, "b": 1, "c": "x"], ["a": 1, "b": 2, "c": "x"], ["a": 1, "b": 2],
    ])
    #expect(survey.varying.map(\.name) == ["b", "c"])
    #expect(survey.varying.map(\.isNumeric) == [true, false])
    #expect(survey.constant.map(\.name) == ["a"])
  }

  @Test func `have params in the order in which people count`() async throws {
    let names = ["layer1", "layer2", "layer10"]
    func params(_ value: Int) -> NamedValues {
      NamedValues(
        names.flatMap { [JSONMember($0, .integer(Int64(value))), JSONMember("c-\($0)", 0)] })
    }
    let site = try await site([
      try Self.experiment("a", day: 20_000, params: params(1), values: [1]),
      try Self.experiment("b", day: 20_001, params: params(2), values: [2]),
    ])
    for path in ["index.html", "e/\(String(repeating: "a", count: 12)).html", "compare/best.html"] {
      let page = site.main(of: path)
      for prefix in [">", ">c-"] {
        let places = names.compactMap { page.firstRange(of: "\(prefix)\($0)<")?.lowerBound }
        #expect(places.count == 3 && places == places.sorted(), "\(prefix) on \(path)")
      }
    }
    let differences =
      site.main(of: "e/\(String(repeating: "a", count: 12)).html")
      .split(separator: "<table class=\"diff-table\">").last ?? ""
    let places = names.compactMap { differences.firstRange(of: ">\($0)</th>")?.lowerBound }
    #expect(places.count == 3 && places == places.sorted())
    #expect(site.text("experiments.csv").contains(",params.layer1,params.layer10,params.layer2,"))
  }

  @Test func `take a param or metric that is NaN everywhere for the same`() async throws {
    let nan = JSONValue.number(.nan)
    let experiments = try "abc".map { digit in
      try Self.experiment(
        digit, day: 20_000, params: ["decay": nan, "rates": JSONValue.array([nan, 1])],
        values: [.nan], metric: nil)
    }
    let survey = ParamSurvey(experiments.map(\.params))
    #expect(survey.varying == [] && survey.constant.map(\.name) == ["decay", "rates"])
    let context = try SiteContext(
      ReportInput(experiments: experiments, now: Self.now), ReportOptions())
    var buffer = ByteBuffer()
    let sameCount = Comparison(context, [0, 1, 2], root: "").appendTable(to: &buffer)
    #expect(sameCount == 6 && !buffer.text.contains("<tr><th"))
    #expect(buffer.text.contains("<tr class=\"same\"><th scope=\"row\">loss</th>"))
  }

  @Test func `have the primary metric before the params, and no column for what few have`() throws {
    var experiments = try "0123456789abcdef".map { digit in
      try Self.experiment(
        digit, day: 20_000, params: ["lr": JSONValue.string("\(digit)")], values: [1])
    }
    experiments[3].params = ["lr": "x", "once": true]
    let context = try SiteContext(
      ReportInput(experiments: experiments, now: Self.now), ReportOptions())
    let columns = ExperimentColumns(context, hasSizes: false)
    #expect(
      columns.shown.map(\.key) == [
        "id", "status", "score", "trend", "step", "created", "duration", "p:lr", "m:accuracy",
      ])
    #expect(columns.all.map(\.key).contains("p:once") && columns.hidden.params == 1)
  }

  @Test func `have trends in letters that JSON leaves alone`() async throws {
    let experiment = try Self.experiment("d", day: 20_000, params: [:], values: [0, 44, 63])
    let site = try await site([experiment])
    let rows = try #require(site.files.keys.first { $0.hasPrefix("data/rows.") })
    #expect(site.text(rows).contains("\"0]p\""))
  }

  @Test func `say so where no checkpoint was recorded`() async throws {
    let site = try await site(try Self.small())
    let sentence = "<p class=\"lead\">No checkpoints were recorded.</p>"
    #expect(site.main(of: "e/cccccccccccc.html").contains(sentence))
    #expect(!site.main(of: "e/aaaaaaaaaaaa.html").contains(sentence))
  }

  @Test func `draw integers that no Double holds exactly`() async throws {
    var experiment = try Self.experiment("a", day: 20_000, params: [:], values: [])
    for step in 0..<3 {
      experiment.checkpoints.append(
        Checkpoint(
          id: try #require(CheckpointID("b\(step)" + String(repeating: "b", count: 62))),
          created: experiment.created, step: Int64(step),
          metrics: ["flops": 9_007_199_254_740_993 + 1_000_000 * step]))
    }
    let site = try await site([experiment])
    let main = site.main(of: "e/aaaaaaaaaaaa.html")
    #expect(main.contains("data-metric=\"flops\"") && main.contains("3 values: first "))
    #expect(
      site.text("data/e/aaaaaaaaaaaa.js").contains(
        "\"flops\":[9007199254740992,9007199255740992,9007199256740992]"))
    #expect(site.text("data/e/aaaaaaaaaaaa.csv").contains(",9007199254740993\n"))
  }

  @Test func `of hundreds of metrics draw the first of each group and list all`() async throws {
    var experiment = try Self.experiment("d", day: 20_000, params: [:], values: [])
    let metrics = (0..<300).map { index in
      JSONMember(index < 4 ? "val/m\(index)" : "layer/m\(index)", .number(Double(index)))
    }
    for step in 0..<3 {
      experiment.checkpoints.append(
        Checkpoint(
          id: literal(CheckpointID("\(step)" + String(repeating: "d", count: 63))),
          created: experiment.created, step: Int64(step),
          metrics: NamedValues(metrics + [JSONMember("loss", 1)]),
          primaryMetric: .minimize("loss")))
    }
    let text = try await site([experiment]).text("e/dddddddddddd.html")
    let charts = text.split(separator: "data-metric=\"").dropFirst().map {
      $0.prefix { $0 != "\"" }
    }
    #expect(charts.count == 40 && charts.first == "loss")
    #expect(charts[1...4] == ["val/m0", "val/m1", "val/m2", "val/m3"])
    #expect(metrics.allSatisfy { text.contains(">\($0.name)</") })
    #expect(text.contains("261 more metrics of layer"))
  }

  @Test func `that compare draw the primary metric, its group and some others`() async throws {
    var experiments = try Self.small().dropLast().map { $0 }
    let groups = ["a", "gpu", "layer", "val"]
    let names = groups.flatMap { group in (0..<30).map { "\(group)/m\($0)" } } + ["loss", "epoch"]
    for index in experiments.indices {
      experiments[index].checkpoints = CheckpointTable()
      experiments[index].checkpoints.append(
        Checkpoint(
          id: literal(CheckpointID("\(index)" + String(repeating: "e", count: 63))),
          created: experiments[index].created, step: 9,
          metrics: NamedValues(names.map { JSONMember($0, .number(Double(index + 1))) }),
          primaryMetric: .minimize("val/m11")))
    }
    let site = try await site(experiments)
    let text = site.main(of: "compare/best.html")
    let charts = text.split(separator: "data-metric=\"").dropFirst().map {
      String($0.prefix { $0 != "\"" })
    }
    #expect(charts.count == 24)
    #expect(charts.prefix(4) == ["val/m11", "val/m0", "val/m1", "val/m2"])
    #expect(text.contains("24 of 122 metrics have a chart here"))
    let rows = try #require(site.files.keys.first { $0.hasPrefix("data/rows.") })
    #expect(names.allSatisfy { site.text(rows).contains("\"name\":\"\($0)\"") })
  }

  @Test func `that compare fold metrics away after the twentieth`() async throws {
    var experiments = try Self.small().dropLast().map { $0 }
    for index in experiments.indices {
      experiments[index].checkpoints.append(
        Checkpoint(
          id: literal(CheckpointID("\(index)" + String(repeating: "e", count: 63))),
          created: experiments[index].created, step: 9,
          metrics: NamedValues(
            (0..<40).map { JSONMember("m\($0)", .number(Double($0 + index))) }
              + [JSONMember("loss", .number(0.01 * Double(index + 1)))]),
          primaryMetric: .minimize("loss")))
    }
    let text = try await site(experiments).main(of: "compare/best.html")
    let tables = text.split(separator: "<table class=\"compare-table\">").dropFirst()
    #expect(tables.map { $0.split(separator: "<tr><th scope=\"row\">").count - 1 } == [23, 21])
    #expect(text.contains("<summary>21 more metrics</summary>"))
    #expect(tables.first?.contains(">Params</th>") == true)
  }

  @Test func `come in hundreds of rows`() async throws {
    let site = try await site(SampleExperiments(201, checkpoints: 1).experiments)
    #expect(site.files["index-3.html"] != nil)
    #expect(site.files["index-4.html"] == nil)
    #expect(site.files["best-3.html"] != nil)
    #expect(site.brokenLinks == [])
  }

  @Test func `of experiments are written for the newest and the best only`() async throws {
    let site = try await site(SampleExperiments(40, checkpoints: 2).experiments) {
      $0.detailLimit = 5
    }
    let count = site.files.keys.count { $0.hasPrefix("e/") }
    #expect((8...13).contains(count))
    #expect(site.brokenLinks == [])
  }

  @Test func `count unresolved references among the problems`() async throws {
    let site = try await site(try Self.small())
    #expect(site.text("index.html").contains("<span class=\"count\">2</span>"))
    #expect(site.text("health.html").contains("experiment:ffff matches nothing"))
    #expect(site.text("health.html").contains("notes/a.md:1"))
  }

  @Test func `show a run as running while its heartbeat is fresh`() throws {
    var experiment = try Self.experiment("d", day: 20_000, params: [:], values: [1])
    experiment.heartbeat = Timestamp(nanoseconds: Self.now.nanoseconds - 5_000_000_000)
    let overview = try SiteContext(
      ReportInput(experiments: [experiment], now: Self.now), ReportOptions()
    ).overview
    #expect(overview.experiments.map(\.status) == [.running])
  }
}
