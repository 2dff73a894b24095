package import KeepsakeModel

/// The keys of a repository's objects, format 1.
///
/// | key | content |
/// |---|---|
/// | `repository.json` | the format's version |
/// | `metadata/experiments/<id>.json` | an experiment with its checkpoints |
/// | `metadata/heartbeats/<id>.json` | the newest sign of life of a run |
/// | `metadata/journals/<id>/<writer>-<number>.jsonl` | what is not in the experiment's JSON yet |
/// | `metadata/notes/<id>.md` | an experiment's note |
/// | `metadata/files/<id>.json` | the files of a snapshot |
/// | `experiments/<id>.tar.gz` | the files saved with an experiment |
/// | `checkpoints/<id>.tar.gz` | the files saved with a checkpoint |
package enum RepositoryLayout {
  package static let repository = "repository.json"
  package static let experiments = "metadata/experiments/"
  package static let heartbeats = "metadata/heartbeats/"
  package static let journals = "metadata/journals/"
  package static let notes = "metadata/notes/"
  package static let files = "metadata/files/"
  package static let experimentTarballs = "experiments/"
  package static let checkpointTarballs = "checkpoints/"

  /// Whether the object at `key` describes experiments, rather than being what they saved.
  package static func isMetadata(_ key: String) -> Bool {
    key == repository || key.utf8.starts(with: "metadata/".utf8)
  }

  /// What no snapshot of files near the repository may hold: its folder `root`, and its own files
  /// and folders in there, for a repository that shares its folder with a project.
  package static func places(in root: String) -> [String] {
    [root]
      + [repository, "metadata", experimentTarballs, checkpointTarballs].map { "\(root)/\($0)" }
  }

  package static func experiment(_ id: ExperimentID) -> String { "\(experiments)\(id).json" }
  package static func heartbeat(_ id: ExperimentID) -> String { "\(heartbeats)\(id).json" }
  package static func journal(_ id: ExperimentID) -> String { "\(journals)\(id)/" }
  /// How segments begin that only name removed checkpoints.
  package static func removalPrefix(_ id: ExperimentID) -> String { "\(journal(id))removed-" }

  package static func note(_ id: ExperimentID) -> String { "\(notes)\(id).md" }
  package static func fileIndex(_ id: SnapshotID) -> String { "\(files)\(id).json" }

  package static func tarball(_ id: SnapshotID) -> String {
    switch id {
    case .experiment(let id): "\(experimentTarballs)\(id).tar.gz"
    case .checkpoint(let id): "\(checkpointTarballs)\(id).tar.gz"
    }
  }

  /// The experiment that a key below `folder` names: `<folder><id><ending>`.
  package static func experimentID(
    in key: String, below folder: String, ending: String
  ) -> ExperimentID? {
    identifier(in: key, below: folder, ending: ending).map { ExperimentID($0) }
  }

  /// The identifiers of the snapshots whose tarballs are below `folder`, of which there can be very
  /// many.
  package static func tarballs(among keys: [String], below folder: String) -> Set<Identifier> {
    var found = Set<Identifier>(minimumCapacity: keys.count)
    for key in keys {
      if let id = identifier(in: key, below: folder, ending: ".tar.gz") { found.insert(id) }
    }
    return found
  }

  private static func identifier(
    in key: String, below folder: String, ending: String
  ) -> Identifier? {
    let bytes = key.utf8Span.span
    let start = folder.utf8.count
    guard bytes.count == start + 64 + ending.utf8.count, key.hasPrefix(folder),
      key.hasSuffix(ending)
    else { return nil }
    return Identifier(hex: bytes.extracting(start..<start + 64))
  }
}
