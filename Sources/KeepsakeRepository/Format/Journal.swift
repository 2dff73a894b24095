internal import KeepsakeJSON
package import KeepsakeModel

/// One line of a journal: something about an experiment that its JSON may not say yet.
///
/// A line is an object with one member that names the kind of record. Records are idempotent: a
/// checkpoint that is known already is not added again.
package enum JournalRecord: Sendable, Hashable {
  /// `{"checkpoint": {…}}`, as in the experiment's JSON.
  case checkpoint(Checkpoint)
  /// `{"removed": "<checkpoint id>"}`
  case removed(CheckpointID)
  /// `{"git": {…}}`
  case git(GitState)
  /// `{"ended": {…}}`; `{"ended": null}` when a run goes on after all.
  case ended(Ending?)

  /// The record as a line, with its line feed.
  package var line: [UInt8] { Self.lines([self]) }

  /// Records as lines.
  package static func lines(_ records: [JournalRecord]) -> [UInt8] {
    var writer = JSONWriter(indented: false)
    writer.reserveCapacity(records.count * 512)
    for record in records {
      record.write(to: &writer)
      writer.endLine()
    }
    return writer.bytes
  }

  private func write(to writer: inout JSONWriter) {
    writer.object { writer in
      switch self {
      case .checkpoint(let checkpoint):
        writer.name("checkpoint")
        checkpoint.encode(to: &writer)
      case .removed(let id):
        writer.name("removed")
        writer.identifier(id.bits)
      case .git(let git):
        writer.name("git")
        writer.value(git.json)
      case .ended(let ending):
        writer.name("ended")
        writer.value(ending?.json ?? .null)
      }
    }
  }

  /// Reads the lines of a journal's segment.
  ///
  /// A last line without its line feed was being written when the recorder was killed: the call
  /// that wrote it never returned, so it is not missed.
  package static func decode(_ bytes: [UInt8]) -> ExperimentDecoder.Reading<[JournalRecord]> {
    var journal = ExperimentDecoder.Reading<[JournalRecord]>(
      value: [], complaints: [], omissions: [])
    var start = 0
    var number = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      number += 1
      do throws(JSONError) {
        let line = try decodeLine(bytes.span.extracting(start..<end))
        if let record = line.value { journal.value.append(record) }
        journal.complaints += line.complaints.map { "line \(number): \($0)" }
        journal.omissions += line.omissions.map { "line \(number): \($0)" }
      } catch {
        journal.complaints.append("line \(number): \(error.text)")
      }
      start = end + 1
    }
    return journal
  }

  private static func decodeLine(
    _ line: Span<UInt8>
  ) throws(JSONError) -> ExperimentDecoder.Reading<JournalRecord?> {
    try JSONCursor.read(line) { cursor throws(JSONError) in
      try cursor.beginObject()
      guard let name = try cursor.nextMember() else { throw cursor.error("it is empty") }
      var result = ExperimentDecoder.Reading<JournalRecord?>(
        value: nil, complaints: [], omissions: [])
      if cursor.isEqual(name, "checkpoint") {
        let checkpoint = try ExperimentDecoder.decodeCheckpoint(&cursor)
        result.value = checkpoint.value.map { .checkpoint($0) }
        (result.complaints, result.omissions) = (checkpoint.complaints, checkpoint.omissions)
      } else {
        let member = JSONMember(cursor.string(name), try cursor.value())
        result.value = JournalRecord(name: member.name, value: member.value)
        result.omissions = result.value?.omissions(from: member) ?? []
        if result.value == nil { result.complaints = ["\"\(member.name)\" is not understood"] }
      }
      while let name = try cursor.nextMember() {
        result.omissions.append("has an unknown member \"\(cursor.string(name))\"")
        _ = try cursor.value()
      }
      return result
    }
  }

  /// What `member`, from which the record was read, says beyond it.
  private func omissions(from member: JSONMember) -> [String] {
    let understood: JSONValue? =
      switch self {
      case .git(let git): git.json
      case .ended(let ending): ending?.json
      case .checkpoint, .removed: nil
      }
    guard let understood else { return [] }
    return member.value.omissions(beyond: understood).map { "\"\(member.name)\" \($0)" }
  }

  private init?(name: String, value: JSONValue) {
    switch name {
    case "removed":
      guard let id = value.stringValue.flatMap({ CheckpointID($0) }) else { return nil }
      self = .removed(id)
    case "git":
      guard let git = GitState(json: value) else { return nil }
      self = .git(git)
    case "ended":
      if value == .null {
        self = .ended(nil)
      } else {
        guard let ending = Ending(json: value) else { return nil }
        self = .ended(ending)
      }
    default: return nil
    }
  }
}

extension Experiment {
  /// Adds what journals say beyond the experiment's JSON.
  package mutating func merge(_ records: [JournalRecord]) {
    var known = Set(checkpoints.ids)
    var removed: Set<CheckpointID> = []
    for record in records {
      switch record {
      case .checkpoint(let checkpoint):
        if known.insert(checkpoint.id).inserted { checkpoints.append(checkpoint) }
      case .removed(let id): removed.insert(id)
      case .git(let state): git = state
      case .ended(let ending): self.ending = ending
      }
    }
    if !removed.isDisjoint(with: known) {
      checkpoints = CheckpointTable(checkpoints.filter { !removed.contains($0.id) })
    }
  }
}
