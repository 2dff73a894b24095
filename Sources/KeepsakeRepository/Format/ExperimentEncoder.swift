package import KeepsakeJSON
package import KeepsakeModel

/// The JSON of an experiment, format 1: the bytes that 0.4.2 writes, then what only ours has.
package enum ExperimentEncoder {
  /// How deep a checkpoint stands in the document.
  private static let checkpointDepth = 2

  /// The document with all checkpoints of `experiment`.
  package static func encode(_ experiment: Experiment) -> [UInt8] {
    let (head, tail) = frame(of: experiment, isEmpty: experiment.checkpoints.isEmpty)
    var document = head
    var isFirst = true
    for checkpoint in experiment.checkpoints {
      append(checkpoint, to: &document, isFirst: isFirst)
      isFirst = false
    }
    return document + tail
  }

  /// Appends a checkpoint to those written before.
  ///
  /// A recorder keeps these bytes, so that it never writes a checkpoint twice.
  package static func append(
    _ checkpoint: Checkpoint, to written: inout [UInt8], isFirst: Bool
  ) {
    if !isFirst { written.append(UInt8(ascii: ",")) }
    written.append(0x0A)
    for _ in 0..<checkpointDepth { written.append(0x20) }
    var writer = JSONWriter(indented: true, depth: checkpointDepth, after: written)
    // Else there would be two of it, and one would be copied.
    written = []
    checkpoint.encode(to: &writer)
    written = writer.bytes
  }

  /// What stands before and after the checkpoints that ``append(_:to:isFirst:)`` wrote; the table's
  /// are not looked at.
  ///
  /// - Parameter isEmpty: whether there are none.
  package static func frame(
    of experiment: Experiment, isEmpty: Bool
  ) -> (head: [UInt8], tail: [UInt8]) {
    var writer = JSONWriter(indented: true)
    var gap: Int?
    writer.object { writer in
      write(experiment, to: &writer) { writer in
        writer.name("checkpoints")
        if isEmpty { writer.null() } else { writer.array { gap = $0.gap() } }
      }
    }
    let bytes = writer.bytes
    return (Array(bytes[..<(gap ?? bytes.count)]), Array(bytes[(gap ?? bytes.count)...]))
  }

  /// Writes the members of an experiment into the object that is open; `checkpoints` writes those
  /// that say what its checkpoints are.
  package static func write(
    _ experiment: Experiment, to writer: inout JSONWriter,
    checkpoints: (inout JSONWriter) -> Void
  ) {
    writer.name("id")
    writer.identifier(experiment.id.bits)
    writer.name("created")
    writer.timestamp(experiment.created)
    writer.name("params")
    experiment.params.encode(to: &writer)
    for (name, text) in [("host", experiment.host), ("user", experiment.user)] {
      writer.name(name)
      writer.string(text)
    }
    writer.name("config")
    writer.object { writer in
      writer.name("repository")
      writer.string(experiment.repositoryURL)
      writer.name("storage")
      writer.string("")
    }
    let texts = [
      ("command", experiment.command), ("path", experiment.path),
      ("python_version", experiment.pythonVersion),
    ]
    for (name, text) in texts {
      writer.name(name)
      writer.string(text)
    }
    writer.name("python_packages")
    writer.object { $0.members(experiment.packages) }
    checkpoints(&writer)
    writer.name("keepsake_version")
    writer.string(experiment.keepsakeVersion)
    writer.members(additions(to: experiment))
    writer.members(experiment.unknownMembers)
  }

  /// Members that 0.4.2 does not know and ignores.
  package static func additions(to experiment: Experiment) -> [JSONMember] {
    var members: [JSONMember] = []
    if let git = experiment.git { members.append(JSONMember("git", git.json)) }
    if let id = experiment.resumedFrom {
      members.append(JSONMember("resumed_from", .string(id.text)))
    }
    if let ending = experiment.ending { members.append(JSONMember("ended", ending.json)) }
    return members
  }
}
