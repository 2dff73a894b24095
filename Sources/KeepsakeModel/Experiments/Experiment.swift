/// One run of a training program, with what is needed to repeat it.
public struct Experiment: Sendable, Hashable {
  /// The experiment's identifier.
  public var id: ExperimentID

  /// When it started.
  public var created: Timestamp

  /// What the program was given: learning rate, seed, URL and checksum of its data.
  public var params: NamedValues

  /// The machine's name; empty in repositories of Keepsake 0.4.2.
  public var host: String

  /// The name of the user who ran it.
  public var user: String

  /// The URL of the repository, as the project's configuration had it.
  public var repositoryURL: String

  /// The command line, quoted for a shell.
  public var command: String

  /// What was saved at the start, relative to the project directory; empty when nothing was.
  public var path: String

  /// The version of Python; empty for other programs.
  public var pythonVersion: String

  /// The packages in use: names and versions (text).
  public var packages: NamedValues

  /// The version of Keepsake that recorded it.
  public var keepsakeVersion: String

  /// The state of the project's Git work tree, where it is one.
  public var git: GitState?

  /// How the run ended, where its recorder said so.
  public var ending: Ending?

  /// The experiment or checkpoint that the run started from.
  public var resumedFrom: Identifier?

  /// The newest sign of life of the run, where there is one; a recorder that ends removes it.
  public var heartbeat: Timestamp?

  /// Its checkpoints, in recorded order.
  public var checkpoints: CheckpointTable

  /// Members of its JSON that this version does not know, kept when the file is rewritten.
  public var unknownMembers: [JSONMember]

  /// Describes an experiment that has just begun; the other properties are set afterwards.
  public init(id: ExperimentID, created: Timestamp, params: NamedValues = [:]) {
    self.id = id
    self.created = created
    self.params = params
    host = ""
    user = ""
    repositoryURL = ""
    command = ""
    path = ""
    pythonVersion = ""
    packages = [:]
    keepsakeVersion = ""
    checkpoints = CheckpointTable()
    unknownMembers = []
  }

  /// Whether files were saved at its start.
  public var hasSnapshot: Bool { !path.isEmpty }

  /// The primary metric of the first checkpoint that names one.
  public var primaryMetric: PrimaryMetric? { checkpoints.primaryMetric }

  /// The best checkpoint by the primary metric. Missing and NaN values never win.
  public var best: Checkpoint? { checkpoints.bestRow.map { checkpoints[$0] } }

  /// The newest checkpoint.
  public var latest: Checkpoint? { checkpoints.latestRow.map { checkpoints[$0] } }

  /// The checkpoint that stands for the experiment: the best, else the latest.
  public var representative: Checkpoint? { best ?? latest }

  /// The newest moment that the experiment knows of: its start, a checkpoint or its end.
  public var lastActivity: Timestamp {
    max(created, checkpoints.created.max() ?? created, ending?.time ?? created)
  }
}

/// The state of a Git work tree when a run started.
public struct GitState: Sendable, Hashable {
  /// The commit that was checked out, in hexadecimal.
  public var commit: String

  /// The branch; empty when none was checked out.
  public var branch: String

  /// The URL of the remote, without credentials; empty when there is none.
  public var remote: String

  /// Whether the work tree differed from the commit.
  public var isDirty: Bool

  /// Describes a work tree.
  public init(commit: String, branch: String, remote: String, isDirty: Bool) {
    self.commit = commit
    self.branch = branch
    self.remote = remote
    self.isDirty = isDirty
  }
}

/// How a run ended.
public struct Ending: Sendable, Hashable {
  /// In which way.
  public enum Outcome: String, Sendable, Hashable {
    /// The program completed.
    case finished
    /// The program reported an error.
    case failed
    /// Something outside stopped the program.
    case killed
  }

  /// In which way.
  public var outcome: Outcome

  /// When.
  public var time: Timestamp

  /// The exit status of the program, where it is known.
  public var exitCode: Int?

  /// Describes an end.
  public init(outcome: Outcome, time: Timestamp, exitCode: Int? = nil) {
    self.outcome = outcome
    self.time = time
    self.exitCode = exitCode
  }
}
