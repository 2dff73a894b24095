import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeWire

private let a = literal(ExperimentID(String(repeating: "a", count: 64)))
private let b = literal(ExperimentID(String(repeating: "b", count: 64)))

private func checkpoint(_ step: Int64, path: String = "") -> Checkpoint {
  Checkpoint(
    id: literal(CheckpointID(String(repeating: "\(step)", count: 64))),
    created: Timestamp(nanoseconds: 0), step: step, path: path)
}

/// The line that records ``checkpoint(_:path:)``.
private func line(_ id: ExperimentID, _ step: Int64, path: String = "", request: Int? = nil)
  -> String
{
  let start = request.map { #"{"id":\#($0),"do""# } ?? #"{"do""#
  return start + #":"checkpoint","experiment":"\#(id)","checkpoint":{"id":""#
    + String(repeating: "\(step)", count: 64)
    + #"","created":"1970-01-01T00:00:00Z","step":\#(step),"path":"\#(path)"}}"# + "\n"
}

private func stop(_ id: ExperimentID) -> String {
  #"{"id":9,"do":"stop","experiment":"\#(id)"}"# + "\n"
}

extension WireSession {
  fileprivate mutating func receive(_ text: String) -> [Action] { receive(Array(text.utf8)) }

  /// A session in which these experiments are being recorded.
  fileprivate static func recording(_ ids: ExperimentID...) -> WireSession {
    var session = WireSession()
    _ = session.receive(#"{"protocol":1,"version":"1"}"# + "\n")
    for id in ids {
      let job = session.receive(#"{"id":1,"do":"start"}"# + "\n").jobs.first
      _ = session.finished(job?.number ?? 0, started: id)
    }
    return session
  }
}

extension [WireSession.Action] {
  fileprivate var jobs: [WireSession.Job] {
    compactMap { if case .carryOut(let job) = $0 { job } else { nil } }
  }

  fileprivate var verbs: [Request.Verb] { jobs.map(\.request.verb) }

  fileprivate var lines: [String] {
    compactMap { action in
      if case .send(let line) = action { String(decoding: line.bytes, as: UTF8.self) } else { nil }
    }
  }
}

@Suite struct `A session on the wire` {
  @Test func `records many checkpoints with one write`() {
    var session = WireSession.recording(a)
    let actions = session.receive(line(a, 1) + line(a, 2) + line(a, 3))
    #expect(actions == [.record(a, [checkpoint(1), checkpoint(2), checkpoint(3)])])
  }

  @Test func `keeps experiments apart`() {
    var session = WireSession.recording(a, b)
    let actions = session.receive(line(a, 1) + line(b, 2) + line(a, 3))
    #expect(
      actions == [
        .record(a, [checkpoint(1)]), .record(b, [checkpoint(2)]), .record(a, [checkpoint(3)]),
      ])
  }

  @Test(arguments: 1..<40)
  func `does not mind how the pipe cuts lines`(size: Int) {
    var session = WireSession.recording(a)
    let bytes = Array((line(a, 1) + "\n" + line(a, 2)).utf8)
    var recorded: [Checkpoint] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      for action in session.receive(Array(bytes[start..<min(start + size, bytes.count)])) {
        guard case .record(a, let checkpoints) = action else {
          Issue.record("\(action)")
          continue
        }
        recorded += checkpoints
      }
    }
    #expect(recorded == [checkpoint(1), checkpoint(2)])
  }

  @Test func `keeps the order of an experiment while files are copied`() throws {
    var session = WireSession.recording(a, b)
    let actions = session.receive(line(a, 1) + line(a, 2, path: "x") + line(a, 3) + line(b, 4))
    #expect(actions.first == .record(a, [checkpoint(1)]))
    #expect(actions.verbs == [.checkpoint(a, checkpoint(2, path: "x"))])
    #expect(actions.last == .record(b, [checkpoint(4)]))
    let more = session.receive(line(a, 5) + stop(a))
    #expect(more == [])
    let job = try #require(actions.jobs.first)
    let next = session.finished(job.number)
    #expect(next.first == .record(a, [checkpoint(3), checkpoint(5)]))
    #expect(next.verbs == [.stop(a, .finished, exitCode: nil)])
  }

  @Test func `lets nothing wait for a start or for reading`() {
    var session = WireSession.recording(a)
    let actions = session.receive(
      #"{"id":2,"do":"start","path":"data"}"# + "\n" + #"{"id":3,"do":"list"}"# + "\n"
        + line(a, 1))
    #expect(actions.jobs.map(\.request.id) == [2, 3])
    #expect(actions.last == .record(a, [checkpoint(1)]))
  }

  @Test func `lists what was recorded before`() {
    var session = WireSession.recording(a)
    let actions = session.receive(line(a, 1) + #"{"id":3,"do":"list"}"# + "\n")
    #expect(actions.first == .record(a, [checkpoint(1)]))
    #expect(actions.jobs.map(\.request.id) == [3])
  }

  @Test func `refuses what comes after a stop, once`() {
    var session = WireSession.recording(a)
    let stopping = session.receive(stop(a) + line(a, 1) + line(a, 2))
    #expect(stopping.count == 1)
    let refusals = session.finished(stopping.jobs.first?.number ?? 0).lines
    #expect(refusals.count == 1)
    #expect(refusals.first?.hasPrefix(#"{"event":"loss","experiment":"\#(a)""#) ?? false)
    #expect(session.receive(line(a, 3)) == [])
    #expect(
      session.receive(line(a, 4, request: 7)).lines.first?
        .hasPrefix(#"{"id":7,"error":{"code":"not_recording""#) ?? false)
  }

  @Test func `goes on with an experiment that it stopped`() {
    var session = WireSession.recording(a)
    let stopping = session.receive(stop(a))
    _ = session.finished(stopping.jobs.first?.number ?? 0)
    let starting = session.receive(#"{"id":2,"do":"start","resume":"aaaa"}"# + "\n")
    _ = session.finished(starting.jobs.first?.number ?? 0, started: a)
    #expect(session.receive(line(a, 1)) == [.record(a, [checkpoint(1)])])
  }

  @Test func `names a loss once for each cause`() {
    var session = WireSession.recording(a)
    func loss(_ why: String) -> WireLoss {
      WireLoss(checkpoint: nil, what: "cannot write", why: why, fix: "")
    }
    #expect(session.lost(loss("the disk is full"), of: a).count == 1)
    #expect(session.lost(loss("the disk is full"), of: a) == [])
    #expect(session.lost(loss("the disk is full"), of: b).count == 1)
    #expect(session.lost(loss("it is read-only"), of: a).count == 1)
  }
}

@Suite struct `The end of the pipe` {
  @Test func `drops a torn line and marks what was not stopped as killed`() {
    var session = WireSession.recording(a)
    #expect(session.receive(line(a, 1) + line(a, 2).dropLast()) == [.record(a, [checkpoint(1)])])
    let ending = session.end()
    #expect(ending.verbs == [.stop(a, .killed, exitCode: nil)])
    #expect(session.finished(ending.jobs.first?.number ?? 0) == [.exit])
  }

  @Test func `waits for files that are being copied`() {
    var session = WireSession.recording(a)
    let copying = session.receive(line(a, 1, path: "x") + line(a, 2))
    #expect(session.end() == [])
    let next = session.finished(copying.jobs.first?.number ?? 0)
    #expect(next.first == .record(a, [checkpoint(2)]))
    #expect(next.verbs == [.stop(a, .killed, exitCode: nil)])
    #expect(session.finished(next.jobs.first?.number ?? 0) == [.exit])
  }

  @Test func `marks an experiment whose start was under way`() {
    var session = WireSession.recording()
    let starting = session.receive(#"{"id":2,"do":"start"}"# + "\n")
    #expect(session.end() == [])
    let next = session.finished(starting.jobs.first?.number ?? 0, started: a)
    #expect(next.verbs == [.stop(a, .killed, exitCode: nil)])
  }

  @Test func `leaves an experiment alone that was stopped`() {
    var session = WireSession.recording(a)
    let stopping = session.receive(stop(a))
    #expect(session.end() == [])
    #expect(session.finished(stopping.jobs.first?.number ?? 0) == [.exit])
  }

  @Test func `ends a session that heard nothing`() {
    var session = WireSession()
    #expect(session.end() == [.exit])
  }
}

@Suite struct `A line that makes no sense` {
  @Test(arguments: [
    "x", "{", "[]", "{}", "null", "\u{0}", #"{"do":7}"#, #"{"do":"fly"}"#,
    #"{"do":"checkpoint","experiment":"abc"}"#, #"{"do":"checkpoint","checkpoint":{}}"#,
    #"{"do":"stop"}"#, #"{"do":"start","params":[]}"#, #"{"do":"start","path":7}"#,
    #"{"do":"list","working_directory":"here"}"#, #"{"do":"get"}"#, #"{"id":-1,"do":"list"}"#,
    #"{"do":"get","prefix":"a","kind":"note"}"#, String(repeating: "[", count: 10_000),
  ])
  func `is an event`(text: String) {
    var session = WireSession.recording(a)
    let lines = session.receive(text + "\n").lines
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix(#"{"event":"error","code":"invalid_request""#) ?? false)
    #expect(session.receive(line(a, 1)) == [.record(a, [checkpoint(1)])])
  }

  @Test func `is answered where it says what to answer`() {
    var session = WireSession.recording()
    let lines = session.receive(#"{"do":"stop","experiment":7,"id":12}"# + "\n").lines
    #expect(lines.first?.hasPrefix(#"{"id":12,"error":"#) ?? false)
  }

  @Test func `is dropped when it is too long`() {
    var session = WireSession(lineLimit: 300)
    _ = session.receive(#"{"protocol":1}"# + "\n")
    let long = String(repeating: "x", count: 200)
    #expect(session.receive(long) == [])
    let lines = session.receive(long + "\n" + #"{"id":1,"do":"list"}"# + "\n")
    #expect(lines.count == 2 && lines.jobs.count == 1, "\(lines)")
  }

  @Test(arguments: ["", #"{"protocol":2,"version":"9"}"# + "\n"])
  func `comes from a program that does not name this protocol`(greeting: String) {
    var session = WireSession()
    let lines = session.receive(greeting + #"{"id":1,"do":"list"}"# + "\n").lines
    #expect(lines.first?.hasPrefix(#"{"id":1,"error":{"code":"protocol""#) ?? false)
  }
}

@Suite struct `A request` {
  private func verb(_ text: String) throws -> Request.Verb {
    var session = WireSession.recording(a)
    return try #require(session.receive(text + "\n").verbs.first)
  }

  @Test func `keeps every kind of value`() {
    var session = WireSession.recording(a)
    let text =
      #"{"do":"checkpoint","checkpoint":{"metrics":{"z":9223372036854775807,"a":"[NaN]","m":"#
      + #"["[-Infinity]",1e400,true,null,{"é\u0000":1.5}]},"step":-3,"id":""#
      + String(repeating: "1", count: 64)
      + #"","created":"2026-11-23T12:00:00.000000001Z","primary_metric":{"goal":"maximize","name":"a"},"new":[{}]},"new":{},"experiment":"\#(a)"}"#
    guard case .record(a, let checkpoints)? = session.receive(text + "\n").first,
      let checkpoint = checkpoints.first
    else {
      Issue.record("not recorded")
      return
    }
    #expect(checkpoint.step == -3)
    #expect(checkpoint.created == Timestamp("2026-11-23T12:00:00.000000001Z"))
    #expect(checkpoint.primaryMetric == .maximize("a"))
    #expect(checkpoint.metrics["z"] == .integer(.max))
    #expect(checkpoint.metrics["a"]?.doubleValue?.isNaN ?? false)
    let list: JSONValue = [.number(-.infinity), .number(.infinity), true, .null, ["é\u{0}": 1.5]]
    #expect(checkpoint.metrics["m"] == list)
  }

  @Test func `to start says how and where`() throws {
    var start = Request.Start()
    start.params = ["lr": 0.1]
    (start.path, start.command, start.pythonVersion) = (".", "train.py", "3.12.4")
    start.packages = ["PyYAML": "6.0"]
    start.hasHeartbeat = false
    let place = Request.Place(workingDirectory: "/w", project: "p", repository: "file://r")
    #expect(
      try verb(
        #"""
        {"id":1,"do":"start","params":{"lr":0.1},"path":".","command":"train.py","python_version":"3.12.4","python_packages":{"PyYAML":"6.0"},"heartbeat":false,"resume":null,"working_directory":"/w","project":"p","repository":"file://r"}
        """#) == .start(start, place))
  }

  @Test func `has defaults`() throws {
    #expect(try verb(#"{"id":1,"do":"start"}"#) == .start(Request.Start(), Request.Place()))
    #expect(try verb(#"{"id":1,"do":"list"}"#) == .list(Request.List(), Request.Place()))
    #expect(
      try verb(#"{"id":1,"do":"get","prefix":"ab"}"#)
        == .get(prefix: "ab", nil, Request.Place()))
    #expect(
      try verb(#"{"id":1,"do":"stop","experiment":"\#(a)","outcome":"failed","exit_code":3}"#)
        == .stop(a, .failed, exitCode: 3))
  }

  @Test func `for a report gives choices in any form`() throws {
    #expect(
      try verb(
        #"{"id":1,"do":"report","choices":{"smooth":0.5,"details":3,"redact":false,"log":["a","b"],"title":null}}"#
      )
        == .report(
          choices: ["smooth": ["0.5"], "details": ["3"], "redact": ["false"], "log": ["a", "b"]],
          Request.Place()))
  }
}
