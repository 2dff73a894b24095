package import KeepsakeJSON
package import KeepsakeModel

/// Reads the JSON of an experiment, format 1.
///
/// What has a wrong type is left out and named in ``Reading/complaints``; null means the same as no
/// such member. Only JSON that is torn or says no identifier makes the whole file unreadable.
package struct ExperimentDecoder {
  /// What was left out, and why.
  private var complaints: [String] = []

  /// What is no mistake and was left out all the same: parts of a later version.
  private var omissions: [String] = []

  private var checkpoints = CheckpointTable()

  /// The checkpoint that is read, counted from 1 in the file: those that were left out count too.
  private var number = 0

  /// Whether there were checkpoints, and all were left out.
  private var hasLostAllCheckpoints = false

  /// Where each column's name stood first, to recognise it without making a string.
  private var columnNames: [JSONText] = []

  /// Where the newest primary metric stood, and what it was: most checkpoints repeat it.
  private var primaryMetricRange = 0..<0
  private var primaryMetric: PrimaryMetric?

  /// How checkpoints were written so far.
  private var shapes: [KnownShape] = []
  private static let shapeLimit = 4

  private let packages: PackageMemory

  private init(_ packages: PackageMemory = PackageMemory()) { self.packages = packages }

  /// What was read, and what of the JSON it does not say.
  package struct Reading<Value: Sendable>: Sendable {
    package var value: Value

    /// What was left out because it is wrong, and why.
    package var complaints: [String]

    /// Whether an experiment's JSON speaks of checkpoints, none of which could be read.
    package var hasLostAllCheckpoints = false

    /// What was left out because only later versions understand it, and replacing the JSON loses.
    package var omissions: [String]
  }

  /// Reads one experiment.
  ///
  /// - Parameter packages: what is shared by experiments that are read one after the other.
  package static func decode(
    _ bytes: Span<UInt8>, sharing packages: PackageMemory = PackageMemory()
  ) throws(JSONError) -> Reading<Experiment> {
    try JSONCursor.read(bytes) { cursor throws(JSONError) in
      var decoder = ExperimentDecoder(packages)
      let experiment = try decoder.experiment(&cursor)
      return Reading(
        value: experiment, complaints: decoder.complaints,
        hasLostAllCheckpoints: decoder.hasLostAllCheckpoints, omissions: decoder.omissions)
    }
  }

  /// Reads one checkpoint, as a journal holds it.
  package static func decodeCheckpoint(
    _ cursor: inout JSONCursor
  ) throws(JSONError) -> Reading<Checkpoint?> {
    var decoder = ExperimentDecoder()
    try decoder.checkpoint(&cursor)
    return Reading(
      value: decoder.checkpoints.first, complaints: decoder.complaints,
      omissions: decoder.omissions)
  }

  private mutating func experiment(_ cursor: inout JSONCursor) throws(JSONError) -> Experiment {
    guard try cursor.kind() == .object else { throw cursor.error("it is not an object") }
    var id: Identifier?
    var created: Timestamp?
    var experiment = Experiment(id: Self.noID, created: Timestamp(nanoseconds: 0))
    try cursor.beginObject()
    while let name = try cursor.nextMember() {
      if cursor.isEqual(name, "id") {
        id = try cursor.kind() == .string ? try cursor.identifier() : try skip(&cursor)
      } else if cursor.isEqual(name, "created") {
        created = try cursor.kind() == .string ? try cursor.timestamp() : try skip(&cursor)
      } else if cursor.isEqual(name, "checkpoints") {
        let complaintCount = complaints.count
        try list(&cursor, "checkpoints") { (decoder, cursor) throws(JSONError) in
          let start = cursor.offset
          try decoder.checkpoint(&cursor)
          // The others are about as long as the first; without room for them their columns would be
          // copied again and again.
          if decoder.checkpoints.count == 1 {
            decoder.checkpoints.reserveCapacity(
              2 + cursor.remainingCount / max(50, cursor.offset - start))
          }
        }
        hasLostAllCheckpoints = checkpoints.count == 0 && complaints.count > complaintCount
      } else if cursor.isEqual(name, "params") {
        experiment.params = try values(&cursor, "params")
      } else if cursor.isEqual(name, "python_packages") {
        experiment.packages = try packages.values(&cursor) { cursor throws(JSONError) in
          try values(&cursor, "python_packages")
        }
      } else if cursor.isEqual(name, "host") {
        experiment.host = try text(&cursor, "host")
      } else if cursor.isEqual(name, "user") {
        experiment.user = try text(&cursor, "user")
      } else if cursor.isEqual(name, "command") {
        experiment.command = try text(&cursor, "command")
      } else if cursor.isEqual(name, "path") {
        experiment.path = try text(&cursor, "path")
      } else if cursor.isEqual(name, "python_version") {
        experiment.pythonVersion = try text(&cursor, "python_version")
      } else if cursor.isEqual(name, "keepsake_version")
        || cursor.isEqual(name, "replicate_version")
      {
        experiment.keepsakeVersion = try text(&cursor, "keepsake_version")
      } else {
        let member = JSONMember(cursor.string(name), try cursor.value())
        other(member, &experiment)
      }
    }
    guard let id else { throw cursor.error("it has no \"id\" of 64 hexadecimal digits") }
    if created == nil { complaints.append("\"created\" is not a time") }
    experiment.id = ExperimentID(id)
    experiment.created = created ?? Timestamp(nanoseconds: 0)
    experiment.checkpoints = checkpoints
    return experiment
  }

  private static let noID: ExperimentID = {
    var zeros = ZeroGenerator()
    return ExperimentID(Identifier(using: &zeros))
  }()

  /// Takes members that are rare, or that only other programs know.
  private mutating func other(_ member: JSONMember, _ experiment: inout Experiment) {
    if member.value == .null, ["git", "ended", "resumed_from"].contains(member.name) { return }
    switch member.name {
    case "config":
      let repository = member.value["repository"]?.stringValue ?? ""
      let storage = member.value["storage"]?.stringValue ?? ""
      experiment.repositoryURL = repository.isEmpty ? storage : repository
      note(
        member,
        beyond: [
          "repository": .string(repository), "storage": .string(repository.isEmpty ? storage : ""),
        ])
    case "git":
      guard let git = GitState(json: member.value) else { return complain(member.name) }
      note(member, beyond: git.json)
      experiment.git = git
    case "ended":
      guard let ending = Ending(json: member.value) else { return complain(member.name) }
      note(member, beyond: ending.json)
      experiment.ending = ending
    case "resumed_from":
      guard let id = member.value.stringValue.flatMap({ Identifier($0) }) else {
        return complain(member.name)
      }
      experiment.resumedFrom = id
    default: experiment.unknownMembers.append(member)
    }
  }

  private mutating func complain(_ name: String) {
    complaints.append("\"\(name)\" has the wrong type")
  }

  /// Notes what `member` says beyond `understood`, which is what a rewritten file would say.
  private mutating func note(_ member: JSONMember, beyond understood: JSONValue) {
    omissions += member.value.omissions(beyond: understood).map { "\"\(member.name)\" \($0)" }
  }

  /// Passes over a value of the wrong type.
  private func skip<Value>(_ cursor: inout JSONCursor) throws(JSONError) -> Value? {
    _ = try cursor.value()
    return nil
  }

  private mutating func text(
    _ cursor: inout JSONCursor, _ name: String
  ) throws(JSONError) -> String {
    if try cursor.kind() == .string { return try cursor.string() }
    if cursor.skipNull() { return "" }
    _ = try cursor.value()
    complain(name)
    return ""
  }

  private mutating func values(
    _ cursor: inout JSONCursor, _ name: String
  ) throws(JSONError) -> NamedValues {
    switch try cursor.value() {
    case .object(let members): return NamedValues(members)
    case .null: return [:]
    default:
      complain(name)
      return [:]
    }
  }

  private mutating func list(
    _ cursor: inout JSONCursor, _ name: String,
    _ element: (inout Self, inout JSONCursor) throws(JSONError) -> Void
  ) throws(JSONError) {
    if cursor.skipNull() { return }
    guard try cursor.kind() == .array else {
      _ = try cursor.value()
      return complain(name)
    }
    try cursor.beginArray()
    while try cursor.nextElement() { try element(&self, &cursor) }
  }
}

// MARK: - Checkpoints

extension ExperimentDecoder {
  /// What checkpoints of one shape have in common.
  private struct CommonMembers {
    var path = ""
    var primaryMetric: PrimaryMetric?
    var unknownMembers: [JSONMember] = []
  }

  /// A shape, and what its checkpoints have in common. A class, as each checkpoint takes hold of it.
  private final class KnownShape: Sendable {
    let shape: CheckpointShape
    let common: CommonMembers

    init(_ shape: CheckpointShape, _ common: CommonMembers) {
      self.shape = shape
      self.common = common
    }
  }

  private mutating func checkpoint(_ cursor: inout JSONCursor) throws(JSONError) {
    number += 1
    for index in shapes.indices where repeats(shapes[index], &cursor) { return }
    guard try cursor.kind() == .object else {
      _ = try cursor.value()
      complaints.append("checkpoint \(number) is not an object")
      return
    }
    var id: Identifier?
    var created: Timestamp?
    var step: Int64 = 0
    var common = CommonMembers()
    var shape = CheckpointShape(at: cursor.offset)
    let remarkCount = complaints.count + omissions.count
    try cursor.beginObject()
    while let name = try cursor.nextMember() {
      let start = cursor.offset
      if cursor.isEqual(name, "id") {
        id = try cursor.kind() == .string ? try cursor.identifier() : try skip(&cursor)
        shape.add(.id, from: start, to: cursor.offset)
      } else if cursor.isEqual(name, "created") {
        created = try cursor.kind() == .string ? try cursor.timestamp() : try skip(&cursor)
        shape.add(.created, from: start, to: cursor.offset)
      } else if cursor.isEqual(name, "metrics") {
        try metrics(&cursor, &shape)
      } else if cursor.isEqual(name, "step") {
        step = try integer(&cursor)
        shape.add(.step, from: start, to: cursor.offset)
      } else if cursor.isEqual(name, "path") {
        common.path = try text(&cursor, "path")
      } else if cursor.isEqual(name, "primary_metric") {
        if !cursor.skipNull() {
          common.primaryMetric = try self.primaryMetric(&cursor)
        }
      } else {
        common.unknownMembers.append(JSONMember(cursor.string(name), try cursor.value()))
      }
    }
    shape.close(at: cursor.offset)
    guard let id else {
      checkpoints.discardRow()
      complaints.append(
        "checkpoint \(number) has no \"id\" of 64 hexadecimal digits")
      return
    }
    if created == nil {
      complaints.append("\"created\" of checkpoint \(number) is not a time")
    }
    append(id, created ?? Timestamp(nanoseconds: 0), step, common)
    if shape.isComplete, created != nil, complaints.count + omissions.count == remarkCount {
      if shapes.count == Self.shapeLimit { shapes.removeLast() }
      shapes.append(KnownShape(shape, common))
    }
  }

  private mutating func append(
    _ id: Identifier, _ created: Timestamp, _ step: Int64, _ common: CommonMembers
  ) {
    checkpoints.appendRow(
      id: CheckpointID(id), created: created, step: step, path: common.path,
      primaryMetric: common.primaryMetric, unknownMembers: common.unknownMembers)
  }

  /// Reads the checkpoint at the position if it has a shape; if not, leaves all as it was.
  private mutating func repeats(
    _ known: KnownShape, _ cursor: inout JSONCursor
  ) -> Bool {
    let start = cursor.offset
    // What is no value of its kind is not of the shape, and said when it is read the long way.
    if (try? append(known, &cursor)) == true { return true }
    checkpoints.discardRow()
    cursor.moveBack(to: start)
    return false
  }

  private mutating func append(
    _ known: KnownShape, _ cursor: inout JSONCursor
  ) throws(JSONError) -> Bool {
    var id: Identifier?
    var created: Timestamp?
    var step: Int64 = 0
    for part in known.shape.parts {
      guard cursor.skipRepetition(of: part.before) else { return false }
      switch part.value {
      case .id: id = try cursor.identifier()
      case .created: created = try cursor.timestamp()
      case .step:
        guard case .integer(let value) = try cursor.number() else { return false }
        step = value
      case .metric(let column):
        switch try cursor.number() {
        case .integer(let value): checkpoints.set(integer: value, inColumn: column)
        case .double(let value): checkpoints.set(number: value, inColumn: column)
        }
      }
    }
    guard cursor.skipRepetition(of: known.shape.end), let id, let created else { return false }
    append(id, created, step, known.common)
    return true
  }

  private mutating func primaryMetric(
    _ cursor: inout JSONCursor
  ) throws(JSONError) -> PrimaryMetric? {
    if cursor.skipRepetition(of: primaryMetricRange) { return primaryMetric }
    let start = cursor.offset
    let member = JSONMember("primary_metric", try cursor.value())
    guard let metric = PrimaryMetric(json: member.value) else {
      complain(member.name)
      return nil
    }
    note(member, beyond: metric.json)
    primaryMetricRange = start..<cursor.offset
    primaryMetric = metric
    return metric
  }

  private mutating func integer(_ cursor: inout JSONCursor) throws(JSONError) -> Int64 {
    if cursor.skipNull() { return 0 }
    if try cursor.kind() == .number {
      switch try cursor.number() {
      case .integer(let value): return value
      case .double(let value):
        if let integer = Int64(exactly: value) { return integer }
      }
    } else {
      _ = try cursor.value()
    }
    complaints.append("\"step\" of checkpoint \(number) is not an integer")
    return 0
  }

  private mutating func metrics(
    _ cursor: inout JSONCursor, _ shape: inout CheckpointShape
  ) throws(JSONError) {
    if cursor.skipNull() { return }
    guard try cursor.kind() == .object else {
      _ = try cursor.value()
      return complain("metrics")
    }
    try cursor.beginObject()
    var guess = 0
    while let name = try cursor.nextMember() {
      let column = column(name, guess, &cursor)
      guess = column + 1
      let start = cursor.offset
      if try cursor.kind() == .number {
        switch try cursor.number() {
        case .integer(let value): checkpoints.set(integer: value, inColumn: column)
        case .double(let value): checkpoints.set(number: value, inColumn: column)
        }
        shape.add(.metric(column: column), from: start, to: cursor.offset)
      } else {
        checkpoints.set(try cursor.value(), inColumn: column)
        shape.addOther()
      }
    }
  }

  private mutating func column(
    _ name: JSONText, _ guess: Int, _ cursor: inout JSONCursor
  ) -> Int {
    if guess < columnNames.count, cursor.isEqual(name, columnNames[guess]) { return guess }
    let column = checkpoints.columnIndex(of: cursor.string(name), guess: guess)
    if column == columnNames.count { columnNames.append(name) }
    return column
  }
}

private struct ZeroGenerator: RandomNumberGenerator {
  mutating func next() -> UInt64 { 0 }
}
