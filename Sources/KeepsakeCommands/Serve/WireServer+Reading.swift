internal import Keepsake
internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeWire

extension WireServer {
  /// The project that a request means, with its repository.
  @concurrent
  nonisolated func open(
    _ place: Request.Place, in session: Session
  ) async throws -> OpenProject {
    let project = try Project.find(
      from: session.workingDirectory, directoryOverride: place.project,
      repositoryOverride: place.repository)
    let opened = try OpenProject(project, in: session)
    try await opened.repository.checkVersion()
    return opened
  }

  /// The session of a command that runs where a request says.
  nonisolated func session(at place: Request.Place) -> Session {
    var session = session
    session.workingDirectory = place.workingDirectory ?? session.workingDirectory
    return session
  }

  @concurrent
  nonisolated func list(
    _ list: Request.List, _ place: Request.Place, id: Int64?
  ) async throws -> Answer {
    let session = session(at: place)
    let query = try ExperimentQuery(filters: list.filters, sort: list.sort, in: session)
    let opened = try await open(place, in: session)
    let listing = try await opened.repository.listing()
    let experiments = query.select(from: listing.experiments)
    if let id {
      for experiment in experiments {
        output.send(
          .part(id) { writer in
            if list.includesCheckpoints {
              writer.experiment(experiment, now: query.context.now)
            } else {
              writer.summary(of: experiment, now: query.context.now)
            }
          })
        await output.room()
      }
    }
    let warnings = opened.project.warnings + query.warnings
    return { writer in
      writer.count("count", experiments.count)
      writer.problems(listing.problems)
      writer.texts("warnings", warnings)
    }
  }

  @concurrent
  nonisolated func get(
    _ prefix: String, _ kind: Request.Kind?, _ place: Request.Place
  ) async throws -> Answer {
    let session = session(at: place)
    let opened = try await open(place, in: session)
    let now = session.now()
    if kind == .experiment {
      let experiment = try await Self.experiment(prefix, in: opened.repository)
      return { writer in
        writer.experiment(experiment, now: now)
        writer.identifier("checkpoint", nil)
      }
    }
    let experiments = try await opened.repository.listing().experiments
    let match = try experiments.match(prefix)
    if kind == .checkpoint, match.row == nil {
      throw LookupError(prefix: prefix, candidates: [])
    }
    let experiment = experiments[match.experiment]
    return { writer in
      writer.experiment(experiment, now: now)
      writer.identifier("checkpoint", match.row.map { experiment.checkpoints.ids[$0].bits })
    }
  }

  @concurrent
  nonisolated func isRunning(_ prefix: String, _ place: Request.Place) async throws -> Answer {
    let session = session(at: place)
    let opened = try await open(place, in: session)
    let status = try await Self.experiment(prefix, in: opened.repository).status(at: session.now())
    return { writer in
      writer.name("running")
      writer.bool(status.isRunning)
      writer.text("status", status.rawValue)
    }
  }

  /// The experiment whose identifier starts with `prefix`; no other one is read.
  private static func experiment(
    _ prefix: String, in repository: Repository
  ) async throws -> Experiment {
    let id = try await repository.experimentID(matching: prefix)
    guard let experiment = try await repository.experiment(id) else {
      throw LookupError(prefix: prefix, candidates: [])
    }
    return experiment
  }
}
