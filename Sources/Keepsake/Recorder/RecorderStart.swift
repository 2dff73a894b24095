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
  var staged: StagedSnapshot?
  var warnings: [String]
  var nextStep = 0
  var isResumed = false
}

/// Finds the project and writes the first state of an experiment.
struct RecorderStart {
  private let project: Project
  private let repository: Repository
  private let options: RecorderOptions

  init(projectDirectory: String?, repository: String?, options: RecorderOptions) throws {
    project = try Project.find(
      from: FileManager.default.currentDirectoryPath, directoryOverride: projectDirectory,
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
          what: "cannot start from \(resumedFrom)", why: "an id has 64 hexadecimal digits",
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
    var staged: StagedSnapshot?
    var warnings = project.warnings
    if !path.isEmpty {
      let result = try staging.stage(path)
      staged = result.files
      warnings += result.warnings
    }
    // The heartbeat comes first, so that a run is never seen without one.
    try writeHeartbeat(of: experiment)
    let file = ExperimentFile(store: repository.store, experiment: experiment)
    let created = try RecorderExecutor.wait { () throws(StoreError) in
      var file = file
      try await file.create()
      return file
    }
    return StartedRecording(
      projectDirectory: project.directory, repository: repository, experiment: experiment,
      file: created, staging: staging, staged: staged, warnings: warnings)
  }

  /// Goes on with an experiment.
  func resume(_ prefix: String) throws -> StartedRecording {
    let repository = repository
    let id = try RecorderExecutor.wait { () throws(RepositoryError) in
      try await repository.experimentID(matching: prefix)
    }
    let now = options.now()
    let (experiment, version) = try RecorderExecutor.wait { () throws(RepositoryError) in
      // Another process that is recording this experiment keeps its journal.
      let isRunning = try await repository.experiment(id)?.status(at: now) == .running
      return try await repository.foldJournals(of: id, removing: isRunning ? .none : .all)
    }
    var resumed = experiment
    resumed.ending = nil
    resumed.heartbeat = options.now()
    try writeHeartbeat(of: resumed)
    return StartedRecording(
      projectDirectory: project.directory, repository: repository, experiment: resumed,
      file: ExperimentFile(store: repository.store, experiment: resumed, version: version),
      staging: SnapshotStaging(project: project, repository: repository),
      warnings: project.warnings, nextStep: Int(resumed.checkpoints.steps.last ?? -1) &+ 1,
      isResumed: true)
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
  /// The fact.
  public let what: String

  /// The cause.
  public let why: String

  /// What to do about it, as a sentence.
  public let fix: String

  public var description: String { "\(what): \(why). \(fix)" }
}
