import Foundation
import KeepsakeModel
import KeepsakeStores
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

  @Test func `writes one file where that is chosen`() async throws {
    let bench = try await Bench(Experiment.several)
    let run = await bench.keepsake("report", "--single-file")
    #expect(run.output == "\(bench.folder)/report.html\n" && run.status == 0)
    #expect(run.messages.contains("Wrote a report of 4 experiments in one file of "))
    #expect(try bench.text("report.html").contains("id=\"e-a1b2c3d00000\""))
    try bench.write("single-file: true\noutput: other.html\n", to: "keepsake-report.yaml")
    #expect(await bench.keepsake("report").output == "\(bench.folder)/other.html\n")
  }

  @Test func `refuses options that make no sense`() async throws {
    let bench = try await Bench(Experiment.several)
    #expect(await bench.keepsake("report", "--goal", "best").status == 64)
    #expect(await bench.keepsake("report", "--details", "some").status == 64)
    #expect(await bench.keepsake("report", "--baseline", "zzz").status == 1)
    #expect(await bench.keepsake("report", "--templates", "nowhere").status == 1)
    #expect(await bench.keepsake("report", "--smooth", "2").status == 64)
    #expect(await bench.keepsake("report", "--fidelity", "low").status == 64)
    #expect(await bench.keepsake("report", "--x", "epoch").status == 64)
    #expect(await bench.keepsake("report", "--filter", "loss").status == 64)
    #expect(await bench.keepsake("report", "--metric", "nowhere").status == 1)
  }

  @Test func `refuses names that nothing in the repository has, and says which are near`()
    async throws
  {
    let bench = try await Bench(Experiment.several)
    for (option, value, expected) in [
      ("--log", "los", "--log names los, but no checkpoint has such a metric"),
      ("--log", "los", "Did you mean loss?"),
      (
        "--sort", "lerning_rate-desc",
        "--sort names lerning_rate, but no experiment has such a param or metric"
      ),
      ("--sort", "lerning_rate-desc", "Did you mean learning_rate?"),
      (
        "--filter", "zzz > 1", "--filter names zzz, but no experiment has such a param or metric"
      ),
      ("--filter", "zzz > 1", "There are accuracy, b, big, command, created, flag"),
      ("--filter", "layer != 3", "Did you mean layers?"),
    ] {
      let run = await bench.keepsake("report", option, value)
      #expect(run.status == 1 && run.messages.contains(expected), "\(run.messages)")
    }
    for (option, value) in [("--filter", "zzz = null"), ("--sort", "status"), ("--log", "loss")] {
      let run = await bench.keepsake("report", option, value, "--filter", "layers = 3")
      #expect(run.status == 0, "\(run.messages)")
    }
  }

  @Test(arguments: [
    ("--log", "loss"), ("--sort", "loss"), ("--filter", "loss < 1"), ("--metric", "loss"),
  ])
  func `takes any name before the first checkpoint`(option: String, name: String) async throws {
    var started = try #require(Experiment.several.first)
    started.checkpoints = CheckpointTable()
    for experiments in [[], [started]] {
      let bench = try await Bench(experiments)
      let run = await bench.keepsake("report", option, name)
      #expect(run.status == 0, "\(run.messages)")
    }
  }

  @Test func `refuses a goal that contradicts the metric's, but not one of the file`() async throws
  {
    let bench = try await Bench(Experiment.several)
    let run = await bench.keepsake("report", "--metric", "loss:maximize", "--goal", "minimize")
    #expect(run.status == 64)
    #expect(run.messages.contains("The metric is to be both maximized and minimized"))
    #expect(run.messages.contains("--metric loss:minimize"))
    let same = await bench.keepsake("report", "--metric", "loss:maximize", "--goal", "maximize")
    #expect(same.status == 0)
    try bench.write("metric: loss\ngoal: minimize\n", to: "keepsake-report.yaml")
    #expect(await bench.keepsake("report", "--metric", "loss:maximize").status == 0)
    try bench.write("metric: loss:minimize\n", to: "keepsake-report.yaml")
    #expect(await bench.keepsake("report", "--goal", "maximize").status == 0)
    try bench.write("metric: loss:minimize\ngoal: maximize\n", to: "keepsake-report.yaml")
    #expect(await bench.keepsake("report").status == 64)
  }

  @Test func `shows what is chosen`() async throws {
    let bench = try await Bench(Experiment.several)
    let run = await bench.keepsake(
      "report", "-o", "site", "--filter", "layers = 3", "--sort", "learning_rate", "--metric",
      "loss:maximize", "--baseline", "b2c3", "--log", "all", "--smooth", "0", "--details", "all",
      "--x",
      "time")
    #expect(run.messages.contains("Wrote a report of 3 experiments: "))
    let index = try bench.text("site/index.html")
    #expect(!index.contains(">c3d4e5f<"))
    let rows = try ["b2c3d4e", "a1b2c3d", "a1ffffe"].map { id in
      try #require(
        index.firstRange(of: "<tr><th scope=\"row\"><a class=\"id\" href=\"e/\(id)")
          ?? index.firstRange(of: "<th scope=\"row\"><a class=\"id\" href=\"e/\(id)")
      ).lowerBound
    }
    #expect(rows == rows.sorted())
    #expect(try bench.text("site/e/a1b2c3d00000.html").contains("Against the baseline"))
    #expect(try bench.text("site/e/a1b2c3d00000.html").contains(" data-unit=\""))
    let few = await bench.keepsake(
      "report", "-o", "few", "--experiment", "a1b2", "c3d4", "--baseline", "b2c3")
    #expect(few.messages.contains("Wrote a report of 3 experiments: "))
  }

  @Test func `compares chosen experiments on pages of their own`() async throws {
    let bench = try await Bench(Experiment.several)
    let run = await bench.keepsake(
      "report", "-o", "site", "--filter", "status = none", "--compare", "old & new = b2c3, a1b2",
      "--compare", "all=a1b2,b2c3,c3d4")
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.messages.contains("Wrote a report of 3 experiments: "), "they are always there")
    let pages = try FileManager.default.contentsOfDirectory(atPath: "\(bench.folder)/site/compare")
    let chosen = try #require(pages.first { $0.hasPrefix("old-new-") })
    let text = try bench.text("site/compare/\(chosen)")
    let places = try ["b2c3d4e</a></th>", "a1b2c3d</a></th>"].map {
      try #require(text.firstRange(of: $0)).lowerBound
    }
    #expect(places == places.sorted())
    #expect(text.contains("aria-current=\"page\">old &amp; new</a>"))
    #expect(text.contains(">all</a>"))
  }

  @Test(arguments: [
    "ab", "ab=a1b2", "=a1b2,b2c3", "x=a1b2,a1b2c3", "x=a1b2,b2c3=y",
  ]) func `says how to write a comparison`(text: String) async throws {
    let run = await (try Bench(Experiment.several)).keepsake("report", "--compare", text)
    #expect(run.status == 64)
    #expect(run.messages.contains("--compare \"adam or sgd=3fa9c01,77aa\""))
  }

  @Test func `refuses comparisons of unknown experiments and of one name`() async throws {
    let bench = try await Bench(Experiment.several)
    #expect(await bench.keepsake("report", "--compare", "x=a1b2,zzz").status == 1)
    let twice = await bench.keepsake(
      "report", "--compare", "x=a1b2,b2c3", "--compare", "x=a1b2,c3d4")
    #expect(twice.status == 64 && twice.messages.contains("Two comparisons are called x"))
  }

  @Test func `takes its choices from keepsake-report.yaml too`() async throws {
    let bench = try await Bench(Experiment.several)
    try bench.write(
      """
      title: From the file
      experiment: [a1b2, b2c3]
      output: public
      details: 1
      """, to: "keepsake-report.yaml")
    let run = await bench.keepsake("report")
    #expect(run.output == "\(bench.folder)/public/index.html\n" && run.status == 0)
    #expect(run.messages.contains("Wrote a report of 2 experiments: "))
    #expect(try bench.text("public/index.html").contains("From the file"))
    _ = await bench.keepsake("report", "--title", "From the flag")
    #expect(try bench.text("public/index.html").contains("From the flag"))

    try bench.write("titel: x\n", to: "keepsake-report.yaml")
    let unknown = await bench.keepsake("report")
    #expect(unknown.status == 64)
    #expect(unknown.messages.contains("Unknown key \"titel\" in keepsake-report.yaml"))
    #expect(unknown.messages.contains("baseline, compare, details, experiment, fidelity, filter"))
    try bench.write("title: [a, b]\n", to: "keepsake-report.yaml")
    #expect(await bench.keepsake("report").status == 64)
    try bench.write("title: {a: b}\n", to: "keepsake-report.yaml")
    #expect(await bench.keepsake("report").status == 1)
    try bench.write("details: some\n", to: "keepsake-report.yaml")
    #expect(await bench.keepsake("report").status == 64)
    try bench.write("", to: "keepsake-report.yaml")
    #expect(await bench.keepsake("report", "-o", "empty").status == 0)
  }

  @Test func `ends with 0 where an experiment cannot be read, and names it`() async throws {
    let bench = try await Bench(Experiment.several)
    let torn = "metadata/experiments/\(digits("d")).json"
    try await bench.store.put(Array("{".utf8), at: torn)
    for command in ["ls", "report"] {
      let run = await bench.keepsake(command)
      #expect(run.status == 0 && run.messages.contains(torn), "\(run.messages)")
    }
    #expect(try bench.text("report/health.html").contains(digits("d")))
    let help = [
      await bench.keepsake("--help", repository: nil),
      await bench.keepsake("report", "--help", repository: nil),
    ].map { $0.output.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    #expect(help[0].contains("ls, ps and report end with 0 where some experiments cannot be read"))
    #expect(help[1].contains("in health.html and does not change the exit status"))
  }

  @Test func `names saved files that are gone on the health page`() async throws {
    var experiment = Experiment("d1", "2026-11-23T18:38:34Z", ["lr": 0.1])
    experiment.path = "."
    experiment.add("e1", after: 10, step: 1, path: "weights", ["loss": 1])
    let bench = try await Bench([experiment])
    #expect(await bench.keepsake("report", "-o", "site").status == 0)
    let health = try bench.text("site/health.html")
    #expect(health.contains("experiments/d1"))
    #expect(
      health.contains(
        "the files saved at the start are missing, and the files of 1 of 1 checkpoints are missing")
    )
  }

  @Test func `withholds secrets and says where`() async throws {
    var experiment = Experiment(
      "d1", "2026-11-23T18:38:34Z", ["api_key": "hunter2", "max_tokens": 5])
    experiment.command = "train.py --password hunter2"
    let bench = try await Bench([experiment])
    let run = await bench.keepsake("report", "-o", "site")
    #expect(run.messages.contains("Withheld 2 values that look like secrets"))
    #expect(run.messages.contains("command of d100000"))
    #expect(run.messages.contains("param api_key of d100000"))
    #expect(!run.messages.contains("hunter2"))
    #expect(!(try bench.text("site/e/d10000000000.html").contains("hunter2")))
    let open = await bench.keepsake("report", "-o", "site", "--no-redact")
    #expect(!open.messages.contains("Withheld"))
    #expect(try bench.text("site/e/d10000000000.html").contains("hunter2"))
    try bench.write("no-redact: true\n", to: "keepsake-report.yaml")
    #expect(!(await bench.keepsake("report", "-o", "site").messages.contains("Withheld")))
    #expect(await bench.keepsake("report", "-o", "site", "--redact").messages.contains("Withheld"))
  }
}

extension Bench {
  fileprivate func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
  }

  fileprivate func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(path)"))
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
