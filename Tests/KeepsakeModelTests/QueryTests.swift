import Testing

@testable import KeepsakeModel
import KeepsakeTestSupport

private let now = literal(Timestamp("2026-11-23T21:38:35Z"))
private let context = QueryContext(now: now) { _ in
  0
} readJSON: { text in
  switch text {
  case "[1]": [1]
  case #"[1,2.5,"x"]"#: [1, 2.5, "x"]
  case #""adam""#: "adam"
  default: Int64(text).map { .integer($0) } ?? Double(text).map { .number($0) }
  }
}

private func id(_ start: String) -> String {
  start + String(repeating: "0", count: 64 - start.utf8.count)
}

private func experiment(
  _ start: String, _ created: String, user: String = "ada", host: String = "",
  _ params: NamedValues, steps: [Int64] = [], losses: [Double] = []
) -> Experiment {
  var result = Experiment(
    id: literal(ExperimentID(id(start))), created: literal(Timestamp(created)), params: params)
  (result.user, result.host) = (user, host)
  for (index, step) in steps.enumerated() {
    result.checkpoints.append(
      Checkpoint(
        id: literal(CheckpointID(id("\(start)\(index)"))), created: result.created, step: step,
        metrics: losses.isEmpty ? ["loss": 1] : ["loss": losses[index], "val/acc é": 0.5],
        primaryMetric: losses.isEmpty ? nil : .minimize("loss")))
  }
  return result
}

/// The project `several` of the oracle's transcripts.
private let several: [Experiment] = {
  var running = experiment("c3d4e5f", "2026-11-23T21:37:54Z", [:])
  running.heartbeat = Timestamp("2026-11-23T21:38:30Z")
  return [
    experiment(
      "a1ffffe", "2025-10-19T21:38:34Z",
      ["layers": 3, "learning_rate": 0.1, "optimizer": "adam", "same": 1], steps: [7]),
    experiment(
      "b2c3d4e", "2026-11-21T21:38:34Z", user: "grace", host: "gpu1",
      [
        "layers": 10, "learning_rate": 0.001, "optimizer": "sgd", "same": 1, "flag": false,
        "list": [1] as JSONValue, "name": "short",
      ], steps: [0, 100], losses: [1, 1e-7]),
    experiment(
      "a1b2c3d", "2026-11-23T18:38:34.5Z",
      [
        "layers": 3, "learning_rate": 0.01, "optimizer": "adam", "same": 1, "flag": true,
        "list": [1, 2.5, "x"] as JSONValue, "nothing": JSONValue.null,
        "name": "a quite long string that is over twenty chars",
      ], steps: [0, 1, 2], losses: [0.5, 0.123, 0.3]),
    running,
  ]
}()

private func shorts(_ experiments: [Experiment]) -> String {
  experiments.map { String($0.id.short.prefix(2)) }.joined(separator: " ")
}

@Suite struct `Filters` {
  @Test(arguments: [
    ("optimizer = adam", "a1 a1"), ("optimizer=adam", "a1 a1"), ("optimizer != adam", "b2 c3"),
    ("layers > 3", "b2"), ("layers >= 3", "a1 b2 a1"), ("layers < 10", "a1 a1"),
    ("layers > 2.5", "a1 b2 a1"), ("learning_rate = 0.01", "a1"), ("flag = True", "a1"),
    ("flag > false", "a1"), ("flag != true", "a1 b2 c3"), ("nothing = null", "a1 b2 a1 c3"),
    ("nothing != null", ""), ("nosuch = 1", ""), ("nosuch != 1", "a1 b2 a1 c3"),
    ("nosuch = None", "a1 b2 a1 c3"), ("nosuch < 1", ""), ("loss < 1", "b2 a1"),
    ("loss >= 0.1", "a1"), ("status = running", "c3"), ("status = stopped", "a1 b2 a1"),
    ("status != running", "a1 b2 a1"), ("status < stopped", "c3"), ("host = gpu1", "b2"),
    ("host = null", ""), ("step = 2", "a1"), ("step >= 0", "a1 b2 a1 c3"), ("step = 0", "c3"),
    ("created > 2026-11-22", "a1 c3"), ("created < 2026-11-22T00:00:00Z", "a1 b2"),
    ("created = 2026-11-23T18:38:34Z", "a1"), ("list = [1]", "b2"),
    (#"list = [1,2.5,"x"]"#, "a1"), ("list != [1]", "a1 a1 c3"), ("list > [1]", ""),
    ("name < m", "a1"), ("  optimizer   =   adam  ", "a1 a1"), ("my param = 1", ""),
    ("optimizer > null", "a1 b2 a1"), ("optimizer = 'adam'", ""), ("layers = -3", ""),
  ])
  func `select what they select in 0 4 2`(filter: String, expected: String) throws {
    let filter = try ExperimentFilter(parsing: filter, in: context)
    #expect(shorts(several.filter(filter.matches)) == expected)
  }

  @Test(arguments: [
    ("layers = 3.0", "a1 a1"), ("learning_rate >= 0", "a1 b2 a1"), ("learning_rate = adam", ""),
    ("layers > adam", ""), (#"optimizer = "adam""#, "a1 a1"),
    ("val/acc é = 0.5", "b2 a1"), ("layers = 99999999999999999999", ""),
    ("status = finished", ""), ("created > \"3 days ago\"", "b2 a1 c3"),
    ("created >= today", "a1 c3"),
  ])
  func `answer where 0 4 2 reports an error`(filter: String, expected: String) throws {
    let filter = try ExperimentFilter(parsing: filter, in: context)
    #expect(shorts(several.filter(filter.matches)) == expected)
  }

  @Test(arguments: ["optimizer == adam", "optimizer =! adam", "host =", "optimizer", "= 1", " "])
  func `that are malformed are explained`(filter: String) {
    let error = #expect(throws: QueryError.self) {
      try ExperimentFilter(parsing: filter, in: context)
    }
    #expect(error?.what == "Failed to parse filter: \"\(filter)\".")
  }

  @Test func `tell finished, failed and killed apart, and stopped means all`() throws {
    var ended = several[0]
    let stopped = try ExperimentFilter(parsing: "status = stopped", in: context)
    for outcome in [Ending.Outcome.finished, .failed, .killed] {
      ended.ending = Ending(outcome: outcome, time: now)
      let filter = try ExperimentFilter(parsing: "status = \(outcome)", in: context)
      #expect(filter.matches(ended) && stopped.matches(ended))
    }
  }
}

@Suite struct `Dates in filters` {
  @Test(arguments: [
    "2021-01-02 03:04:05", "2021-01-02T03:04:05Z", "2021-01-02T03:04:05.9Z",
    "2021-01-02T03:04:05+00:00", "January 2, 2021 03:04:05", "Sat, 02 Jan 2021 03:04:05 UTC",
    "1609556645", "1609556645000", "Sat Jan  2 03:04:05 2021", "2021-01-02 04:04:05 +0100",
    "01/02/2021 3:04:05 AM", "20210102030405", "'2021-1-2 03:04:05'",
  ])
  func `name a second`(text: String) {
    #expect(DateText.second(of: text, in: context) == 1_609_556_645)
  }

  @Test(arguments: [
    "2021-01-02", "20210102", "2021/01/02", "01/02/2021", "Jan 2, 2021", "2 Jan 2021", "2021-1-2",
  ])
  func `name midnight`(text: String) {
    #expect(DateText.second(of: text, in: context) == 1_609_545_600)
  }

  @Test func `without a zone are local`() {
    let east = QueryContext(now: now) { _ in 3600 }
    #expect(DateText.second(of: "2021-01-02 04:04:05", in: east) == 1_609_556_645)
  }

  @Test(arguments: ["12:00", "x", "tomorrow", "2021-13-01", "1.2.3.4", "", "3 apples ago"])
  func `are refused`(text: String) { #expect(DateText.second(of: text, in: context) == nil) }
}

@Suite struct `Sorts` {
  @Test(arguments: [
    ("created", "a1ffffe b2c3d4e a1b2c3d c3d4e5f"),
    ("created-desc", "c3d4e5f a1b2c3d b2c3d4e a1ffffe"),
    ("learning_rate", "b2c3d4e a1b2c3d a1ffffe c3d4e5f"),
    ("learning_rate-desc", "a1ffffe a1b2c3d b2c3d4e c3d4e5f"),
    ("layers", "a1ffffe a1b2c3d b2c3d4e c3d4e5f"), ("loss", "b2c3d4e a1b2c3d a1ffffe c3d4e5f"),
    ("step", "c3d4e5f a1b2c3d a1ffffe b2c3d4e"), ("user-desc", "b2c3d4e c3d4e5f a1b2c3d a1ffffe"),
    ("status", "c3d4e5f a1ffffe b2c3d4e a1b2c3d"), ("nosuch", "a1ffffe b2c3d4e a1b2c3d c3d4e5f"),
    ("nosuch-desc", "c3d4e5f a1b2c3d b2c3d4e a1ffffe"),
    ("list", "b2c3d4e a1b2c3d a1ffffe c3d4e5f"),
    ("created-desc-asc", "a1ffffe b2c3d4e a1b2c3d c3d4e5f"),
  ])
  func `put what is missing last and keep the order of creation`(key: String, expected: String) {
    let sorted = ExperimentSort(parsing: key).sorted(several, now: now)
    #expect(sorted.map(\.id.short).joined(separator: " ") == expected)
  }
}

@Suite struct `Identifiers` {
  @Test func `are found by any unambiguous beginning`() throws {
    #expect(try several.match("c3") == IdentifierMatch(experiment: 3, row: nil))
    #expect(try several.match("a1b2c3d1") == IdentifierMatch(experiment: 2, row: 1))
  }

  @Test func `that are ambiguous list what they could be`() {
    let error = #expect(throws: LookupError.self) { try several.match("b2c3d4e") }
    #expect(error?.candidates.count == 3)
    #expect(
      "\(error!)".hasPrefix("Prefix is ambiguous: b2c3d4e (3 matching checkpoints/experiments)"))
    #expect("\(error!)".contains("checkpoint b2c3d4e10000 (step 100) of b2c3d4e"))
  }

  @Test(arguments: ["zzz", "A1B2", "é", String(repeating: "a", count: 65)])
  func `that start nothing are not found`(prefix: String) {
    let error = #expect(throws: LookupError.self) { try several.match(prefix) }
    #expect("\(error!)" == "Checkpoint/experiment not found: \(prefix)")
  }
}

@Suite struct `Values in order` {
  @Test func `compare integers with fractions exactly`() {
    #expect(JSONValue.integer(.max).order(to: .number(0x1p63)) == .less)
    #expect(JSONValue.integer(1 << 53 + 1).order(to: .number(0x1p53)) == .greater)
    #expect(JSONValue.number(2.5).order(to: .integer(2)) == .greater)
    #expect(JSONValue.number(-2.5).order(to: .integer(-2)) == .less)
    #expect(JSONValue.number(.nan).order(to: .integer(2)) == nil)
  }

  @Test func `the last of equally good checkpoints is best`() {
    var table = CheckpointTable()
    for (index, value) in [2.0, 1, .nan, 1].enumerated() {
      table.append(
        Checkpoint(
          id: literal(CheckpointID(id("\(index)"))), created: now, metrics: ["loss": value],
          primaryMetric: .minimize("loss")))
    }
    #expect(table.bestRow == 3)
  }

  @Test(arguments: [PrimaryMetric.Goal.minimize, .maximize])
  func `a checkpoint that is not finite is never best`(goal: PrimaryMetric.Goal) {
    var table = CheckpointTable()
    for (index, value) in [-Double.infinity, 1, .infinity, .nan].enumerated() {
      table.append(
        Checkpoint(
          id: literal(CheckpointID(id("\(index)"))), created: now, metrics: ["loss": value],
          primaryMetric: PrimaryMetric(name: "loss", goal: goal)))
    }
    #expect(table.bestRow == 1)
    let metric = PrimaryMetric(name: "loss", goal: goal)
    for value in [-Double.infinity, .infinity, .nan] {
      #expect(metric.prefers(1, over: value) && !metric.prefers(value, over: 1))
    }
  }
}
