internal import FoundationEssentials
internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeStores

/// A recording that may begin: the experiment is in the repository.
struct StartedRecording {
  var projectDirectory: String
  var repository: Repository
  var experiment: Experiment
  var file: ExperimentFile
  var staging: SnapshotStaging
  var staged: [StagedSnapshot] = []
  var warnings: [String]
  var nextStep = 0
  var isResumed = false
}

extension Int {
  /// The step after this one; the last there is has none but itself.
  var nextStep: Int { self == .max ? self : self + 1 }
}

/// Finds the project and writes the first state of an experiment.
struct RecorderStart {
  private let project: Project
  private let repository: Repository
  private let options: RecorderOptions

  init(projectDirectory: String?, repository: String?, options: RecorderOptions) throws {
    project = try Project.find(
      from: options.workingDirectory ?? FileManager.default.currentDirectoryPath,
      directoryOverride: projectDirectory,
      repositoryOverride: repository)
    let opened = Repository(store: try project.openStore(options.openers))
    self.repository = opened
    self.options = options
    try RecorderExecutor.wait { () throws(RepositoryError) in try await opened.prepareForWriting() }
  }

  /// Starts a new experiment.
  func begin(
    path: String, params: NamedValues, resumedFrom: String?
  ) throws -> StartedRecording {
    var generator = SystemRandomNumberGenerator()
    var experiment = Experiment(
      id: ExperimentID(Identifier(using: &generator)), created: options.now(), params: params)
    if let resumedFrom {
      guard let id = Identifier(resumedFrom) else {
        throw RecorderError(
          .invalidArgument, what: "cannot start from \(resumedFrom)",
          why: "an id has 64 hexadecimal digits",
          fix: "Copy the whole id from `keepsake ls --quiet` or `keepsake show`.")
      }
      experiment.resumedFrom = id
    }
    let environment = options.environment ?? .current(in: project.directory)
    experiment.path = path
    experiment.repositoryURL = project.repositoryURL.description
    experiment.host = environment.host
    experiment.user = environment.user
    experiment.command = environment.command
    experiment.pythonVersion = environment.pythonVersion
    experiment.packages = environment.packages
    experiment.keepsakeVersion = Keepsake.version
    experiment.heartbeat = options.heartbeatInterval == nil ? nil : experiment.created

    let staging = SnapshotStaging(project: project, repository: repository)
    var staged: [StagedSnapshot] = []
    var warnings = project.warnings + inherit { _ in false }.warnings
    if !path.isEmpty {
      let result = try staging.stage(path, as: .experiment(experiment.id), of: experiment.id)
      staged.append(result.files)
      warnings += result.warnings
    }
    do {
      let file = try create(experiment)
      return StartedRecording(
        projectDirectory: project.directory, repository: repository, experiment: experiment,
        file: file, staging: staging, staged: staged, warnings: warnings)
    } catch {
      for snapshot in staged { snapshot.remove() }
      throw error
    }
  }

  private func create(_ experiment: Experiment) throws -> ExperimentFile {
    // The heartbeat comes first, so that a run is never seen without one.
    try writeHeartbeat(of: experiment)
    let file = ExperimentFile(store: repository.store, experiment: experiment)
    return try RecorderExecutor.wait { () throws(StoreError) in
      var file = file
      try await file.create()
      return file
    }
  }

  /// Takes over those of the snapshots that ended processes left here which `isWanted` names.
  ///
  /// - Returns: these, and that there are others.
  private func inherit(
    where isWanted: (StagedSnapshot) -> Bool
  ) -> (staged: [StagedSnapshot], warnings: [String]) {
    do throws(SnapshotError) {
      let waiting = try repository.takeOverWaiting(where: isWanted)
      return (waiting.taken, waiting.warning.map { [$0] } ?? [])
    } catch {
      return ([], ["\(error)"])
    }
  }

  /// Goes on with an experiment.
  func resume(_ prefix: String) throws -> StartedRecording {
    let repository = repository
    let id = try RecorderExecutor.wait { () throws(RepositoryError) in
      try await repository.experimentID(matching: prefix)
    }
    let moment = options.now()
    try claim(id, at: moment)
    let (experiment, version): (Experiment, ObjectVersion)
    do {
      (experiment, version) = try RecorderExecutor.wait { () throws(RepositoryError) in
        try await repository.foldJournals(of: id, removing: .all)
      }
    } catch {
      RecorderExecutor.wait { try? await repository.store.remove(RepositoryLayout.heartbeat(id)) }
      throw error
    }
    var resumed = experiment
    resumed.ending = nil
    resumed.heartbeat = options.heartbeatInterval == nil ? nil : moment
    // What an earlier recorder of the experiment could not store is this one's to store.
    let known = Repository.snapshots(of: experiment)
    let (staged, warnings) = inherit { known.contains($0.id) }
    return StartedRecording(
      projectDirectory: project.directory, repository: repository, experiment: resumed,
      file: ExperimentFile(store: repository.store, experiment: resumed, version: version),
      staging: SnapshotStaging(project: project, repository: repository), staged: staged,
      warnings: project.warnings + warnings,
      nextStep: resumed.checkpoints.steps.last.map { Int($0).nextStep } ?? 0,
      isResumed: true)
  }

  /// Makes this the one recorder of an experiment: of two that try at once, one fails.
  private func claim(_ id: ExperimentID, at moment: Timestamp) throws {
    let repository = repository
    let key = RepositoryLayout.heartbeat(id)
    let (isSilent, takesOver) = (options.heartbeatInterval == nil, options.takesOver)
    try RecorderExecutor.wait {
      let heartbeat = try await repository.store.object(at: key)
      // Without an experiment, what reads it next says so.
      guard let experiment = try await repository.experiment(id) else { return }
      if !takesOver, experiment.status(at: moment) == .running {
        throw RecorderError.alreadyRecording(id, lastSeen: experiment.heartbeat)
      }
      if isSilent { return try await repository.store.remove(key) }
      let error = await RecordingSession.writeHeartbeat(
        of: id, at: moment, to: repository.store,
        if: heartbeat.map { .version($0.version) } ?? .absent)
      if let error {
        throw error.code == .conflict ? RecorderError.alreadyRecording(id, lastSeen: nil) : error
      }
    }
  }

  private func writeHeartbeat(of experiment: Experiment) throws {
    guard let moment = experiment.heartbeat else { return }
    let store = repository.store
    let id = experiment.id
    let error = RecorderExecutor.wait {
      await RecordingSession.writeHeartbeat(of: id, at: moment, to: store)
    }
    if let error { throw error }
  }
}

/// Why a recording could not start.
public struct RecorderError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A kind of failure.
  public struct Code: Sendable, Hashable {
    /// A stable name, for machines.
    public let name: String

    /// An argument makes no sense.
    public static let invalidArgument = Code(name: "invalid_argument")
    /// Another recorder is recording the experiment.
    public static let alreadyRecording = Code(name: "already_recording")
  }

  /// The kind of failure.
  public let code: Code

  /// The fact.
  public let what: String

  /// The cause.
  public let why: String

  /// What to do about it, as a sentence.
  public let fix: String

  package init(_ code: Code, what: String, why: String, fix: String) {
    self.code = code
    self.what = what
    self.why = why
    self.fix = fix
  }

  static func alreadyRecording(_ id: ExperimentID, lastSeen: Timestamp?) -> RecorderError {
    RecorderError(
      .alreadyRecording, what: "cannot go on with experiment \(id.short)",
      why: "another recorder is recording it"
        + (lastSeen.map { ", and gave a sign of life at \($0.rfc3339)" } ?? ""),
      fix: "Stop that one; if its machine crashed, try again after 30 seconds.")
  }

  public var description: String { "\(what): \(why). \(fix)" }
}
