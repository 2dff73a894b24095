internal import KeepsakeJSON
internal import KeepsakeModel

/// A line that the program wrote.
enum IncomingLine: Equatable {
  /// The first line, with the version of its protocol.
  case greeting(Int64)
  case request(Request)

  /// Why a line was not understood.
  struct Failure: Error, Equatable {
    /// What the answer repeats; `nil` where the line has none or it cannot be found.
    var id: Int64?

    var error: WireError
  }

  /// Reads a line without its line feed.
  static func decode(_ line: Span<UInt8>) throws(Failure) -> IncomingLine {
    do throws(JSONError) {
      return try JSONCursor.read(line) { cursor throws(JSONError) in
        try IncomingLine(&cursor)
      }
    } catch {
      throw Failure(id: id(of: line), error: .invalidRequest(error.text))
    }
  }

  private static func id(of line: Span<UInt8>) -> Int64? {
    let value = try? JSONCursor.read(line) { cursor throws(JSONError) in try cursor.value() }
    guard case .integer(let id)? = value?["id"], id >= 0 else { return nil }
    return id
  }

  private init(_ cursor: inout JSONCursor) throws(JSONError) {
    var id: Int64?
    var verb: JSONText?
    var experiment: Identifier?
    var checkpoint: Checkpoint?
    var members = RequestMembers()
    try cursor.beginObject()
    while let name = try cursor.nextMember() {
      if cursor.isEqual(name, "do") {
        verb = try cursor.text()
      } else if cursor.isEqual(name, "experiment") {
        experiment = try cursor.identifier()
      } else if cursor.isEqual(name, "checkpoint") {
        checkpoint = try Checkpoint(&cursor)
      } else {
        let value = try cursor.value()
        if cursor.isEqual(name, "id") {
          guard case .integer(let number) = value, number >= 0 else {
            throw cursor.error("\"id\" must be an integer from 0 on")
          }
          id = number
        } else {
          members.add(cursor.string(name), value)
        }
      }
    }
    guard let verb else {
      guard case .integer(let version)? = members["protocol"] else {
        throw cursor.error("it has no \"do\"")
      }
      self = .greeting(version)
      return
    }
    if cursor.isEqual(verb, "checkpoint") {
      guard let experiment, let checkpoint else {
        throw cursor.error("\"experiment\" or \"checkpoint\" is missing")
      }
      self = .request(Request(id: id, .checkpoint(ExperimentID(experiment), checkpoint)))
      return
    }
    let decoded = try members.verb(cursor.string(verb), experiment.map { ExperimentID($0) })
    self = .request(Request(id: id, decoded))
  }
}

extension Checkpoint {
  /// Reads the object at the position.
  fileprivate init(_ cursor: inout JSONCursor) throws(JSONError) {
    var id: Identifier?
    var created: Timestamp?
    var step: Int64?
    var path = ""
    var metrics: [JSONMember] = []
    var primaryMetric: PrimaryMetric?
    try cursor.beginObject()
    while let name = try cursor.nextMember() {
      if cursor.isEqual(name, "id") {
        id = try cursor.identifier()
      } else if cursor.isEqual(name, "created") {
        created = try cursor.timestamp()
      } else if cursor.isEqual(name, "step") {
        guard case .integer(let value) = try cursor.number() else {
          throw cursor.error("\"step\" must be an integer of 64 bits")
        }
        step = value
      } else if cursor.isEqual(name, "path") {
        if !cursor.skipNull() { path = try cursor.string() }
      } else if cursor.isEqual(name, "metrics") {
        if cursor.skipNull() { continue }
        try cursor.beginObject()
        while let name = try cursor.nextMember() {
          metrics.append(JSONMember(cursor.string(name), try cursor.value()))
        }
      } else if cursor.isEqual(name, "primary_metric") {
        if !cursor.skipNull() { primaryMetric = try PrimaryMetric(&cursor) }
      } else {
        _ = try cursor.value()
      }
    }
    guard let id, let created, let step else {
      throw cursor.error("\"id\", \"created\" or \"step\" of the checkpoint is missing or wrong")
    }
    self.init(
      id: CheckpointID(id), created: created, step: step, path: path,
      metrics: NamedValues(metrics), primaryMetric: primaryMetric)
  }
}

extension PrimaryMetric {
  fileprivate init(_ cursor: inout JSONCursor) throws(JSONError) {
    let value = try cursor.value()
    guard let name = value["name"]?.stringValue,
      let goal = value["goal"]?.stringValue.flatMap(Goal.init(rawValue:))
    else { throw cursor.error("\"primary_metric\" needs a name and a goal, minimize or maximize") }
    self.init(name: name, goal: goal)
  }
}
