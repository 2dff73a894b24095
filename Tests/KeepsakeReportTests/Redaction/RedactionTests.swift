import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

/// Files with a password.
private struct SecretFiles: SnapshotSource {
  func index(of snapshot: SnapshotID) async -> FileIndex? {
    FileIndex([
      SnapshotFile(path: "train.py", byteCount: 22, mode: 0o644, digest: nil)
    ])
  }
  func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
    path.hasSuffix(".png")
      ? [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array("password=\"hunter2\"".utf8)
      : Array("password = \"hunter2\"\n".utf8)
  }
}

@Suite struct `Publish-safe reports` {
  private static let secret = "hunter2"
  private static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

  /// An input with the secret in every place that takes text.
  private var input: ReportInput {
    var experiments = SampleExperiments(3, checkpoints: 4).experiments
    let url = "https://me:\(Self.secret)@host/x.git"
    var random = SeededGenerator(seed: 5)
    var experiment = experiments[0]
    experiment.params = NamedValues(
      Array(experiment.params) + [
        JSONMember("api_key", .string(Self.secret)), JSONMember("max_tokens", 512),
        JSONMember("password", 123_456), JSONMember("token", 7.5),
        JSONMember("db", ["user": "me", "password": .string(Self.secret)]),
        JSONMember("credentials", ["me", .string(Self.secret)]), JSONMember("data", .string(url)),
        JSONMember(url, 1), JSONMember("https://me:\(Self.secret)2@host/x.git", 2),
      ])
    experiment.command = "train.py --password \(Self.secret)"
    experiment.path = url
    experiment.host = url
    experiment.user = url
    experiment.repositoryURL = url
    experiment.pythonVersion = url
    experiment.packages = ["secrets": "1.0", "mine": "git+\(url)"]
    experiment.git?.remote = url
    experiment.git?.branch = url
    experiment.unknownMembers = [JSONMember("password", .string(Self.secret))]
    experiment.checkpoints.append(
      Checkpoint(
        id: CheckpointID(Identifier(using: &random)), created: experiment.created, step: 900,
        path: url,
        metrics: [url: 0.5, "val_loss": 9.0, "note": url],
        primaryMetric: .minimize("val_loss")))
    experiments[0] = experiment
    return ReportInput(
      experiments: experiments,
      problems: [Problem(place: url, reason: "password=\(Self.secret)", experiment: experiment.id)],
      notes: [experiment.id: "Use `--password \(Self.secret)1`, [here](\(url))."],
      projectNotes: [ProjectNote(fileName: "plan.md", markdown: "See \(url).")],
      snapshots: SecretFiles(), repositoryLabel: url, now: Self.now)
  }

  @Test func `show a secret nowhere`() async throws {
    let folder = TemporaryFolder()
    var options = ReportOptions()
    options.title = "https://me:\(Self.secret)@host"
    let summary = try await Report(input: input, options: options).write(to: folder.path)
    let files = try SiteListing(folder.path).files
    for (path, bytes) in files {
      #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.secret), "it is in \(path)")
      #expect(!String(decoding: bytes, as: UTF8.self).contains("123456,"), "it is in \(path)")
    }
    #expect(try SiteListing(folder.path).text("index.html").contains("[withheld]"))
    let health = try SiteListing(folder.path).text("health.html")
    #expect(health.contains("<th scope=\"row\">param api_key</th><td class=\"number\">1</td>"))
    #expect(health.contains("href=\"e/\(input.experiments[0].id.description.prefix(12)).html\""))
    #expect(try SiteListing(folder.path).brokenLinks == [])
    let places = Set(summary.withheld.map(\.place))
    #expect(
      places.isSuperset(of: [
        "param api_key", "param db.password", "param credentials", "param data", "param password",
        "command", "git remote", "package mine", "note", "plan.md", "saved path", "title",
      ]), "\(places.sorted())")
    #expect(!places.contains("package secrets") && !places.contains("param max_tokens"))
    let first = input.experiments[0].id
    #expect(summary.withheld.first { $0.place == "command" }?.experiment == first)
  }

  @Test func `show everything when they are told to`() async throws {
    let folder = TemporaryFolder()
    var options = ReportOptions()
    options.withholdsSecrets = false
    let summary = try await Report(input: input, options: options).write(to: folder.path)
    #expect(summary.withheld == [])
    let files = try SiteListing(folder.path).files
    #expect(files.values.contains { String(decoding: $0, as: UTF8.self).contains(Self.secret) })
  }

  @Test func `know the words of a command and what is called bearer or pwd`() {
    var redactor = Redactor()
    func params(_ secret: String) -> NamedValues {
      let words: JSONValue = ["t.py", "--password", .string(secret), "--lr", "0.1"]
      let auth: JSONValue = ["bearer": .string(secret)]
      return NamedValues([
        JSONMember("argv", words), JSONMember("auth", auth), JSONMember("pwd", .string(secret)),
        // What is named by its param stays so behind anything that looks like an option.
        JSONMember(
          "secrets", secret == Self.secret ? ["-x", "hunter2"] : ["[withheld]", "[withheld]"]),
      ])
    }
    var values = params(Self.secret)
    redactor.redact(&values, "param")
    #expect(values == params("[withheld]"))
  }

  @Test func `keep names apart that hold secrets`() {
    var redactor = Redactor()
    var input = input
    _ = redactor.redact(&input)
    let names = input.experiments[0].params.map(\.name)
    #expect(names.contains("https://[withheld]@host/x.git"))
    #expect(names.contains("https://[withheld]@host/x.git 2"))
    #expect(input.experiments[0].params.count == self.input.experiments[0].params.count)
    #expect(input.experiments[0].params["token"] == 7.5)
    #expect(input.experiments[0].params["max_tokens"] == 512)
    #expect(input.experiments[0].checkpoints.column("https://[withheld]@host/x.git 2") != nil)
    #expect(input.experiments[1] == self.input.experiments[1])
  }

  @Test func `keep apart what differs, and show equal secrets as equal`() async throws {
    var experiments = Array(SampleExperiments(3, checkpoints: 2).experiments)
    for (index, secret) in ["hunter2", "hunter2x", "hunter2"].enumerated() {
      let nested: JSONValue = ["password": .string(secret), "host": "h"]
      experiments[index].params = [
        "api_key": secret, "nested": nested,
        "password": index, "token": "hunter2",
      ]
      experiments[index].command = "train.py --password \(secret)"
      experiments[index].packages = ["mine": "git+https://me:\(secret)@host/x.git"]
    }
    var redactor = Redactor()
    var input = ReportInput(experiments: experiments, now: Self.now)
    _ = redactor.redact(&input)
    let all = input.experiments
    let lists = [
      all.map { $0.params["api_key"] }, all.map { $0.params["nested"] },
      all.map { $0.packages["mine"] },
    ]
    for values in lists { #expect(values[0] == values[2] && values[0] != values[1]) }
    #expect(all[0].command == all[2].command && all[0].command != all[1].command)
    #expect(Set(all.map { $0.params["password"] }).count == 3)
    // The same as another param's, which nothing tells.
    #expect(all.allSatisfy { $0.params["token"] == "[withheld]" })
    let survey = ParamSurvey(all.map(\.params))
    #expect(survey.varying.map(\.name) == ["api_key", "nested", "password"])
    let folder = TemporaryFolder()
    _ = try await Report(input: ReportInput(experiments: experiments, now: Self.now))
      .write(to: folder.path)
    let site = try SiteListing(folder.path)
    let page = site.main(of: "compare/best.html")
    #expect(page.contains("<tr><th scope=\"row\">api_key</th><td class=\"text\">[withheld"))
    #expect(page.contains("<tr class=\"same\"><th scope=\"row\">token</th>"))
    #expect(!site.files.values.contains { String(decoding: $0, as: UTF8.self).contains("hunter2") })
  }

  @Test func `redact saved files, but no pictures`() async {
    let files = RedactedSnapshots(SecretFiles())
    let id = SnapshotID.experiment(input.experiments[0].id)
    for _ in 0..<2 {
      let text = await files.contents(of: "train.py", in: id, limit: 100) ?? []
      #expect(String(decoding: text, as: UTF8.self) == "password = \"[withheld]\"\n")
    }
    let picture = await files.contents(of: "a.png", in: id, limit: 100)
    #expect(picture?.count == 26)
    #expect(
      files.withheld == [
        Withholding(place: "file train.py", experiment: input.experiments[0].id, count: 1)
      ])
  }

  @Test func `cost little`() {
    var input = ReportInput(
      experiments: SampleExperiments(200, checkpoints: 10).experiments, now: Self.now)
    let before = input.experiments
    var redactor = Redactor()
    let time = ContinuousClock().measure { _ = redactor.redact(&input) }
    #expect(redactor.withheld == [] && input.experiments == before)
    // A debug build on a busy machine; a release build takes a hundredth of this.
    #expect(time < .seconds(5), "\(time)")
  }
}
