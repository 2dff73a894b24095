internal import ArgumentParser
internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeRepository

/// The options of every command: which project, which repository.
struct ProjectOptions: ParsableArguments {
  @Option(
    name: [.customShort("D"), .customLong("project-directory")],
    help: ArgumentHelp(
      "Project directory. Default: nearest parent directory with keepsake.yaml", valueName: "dir"),
    completion: .directory)
  var projectDirectory: String?

  @Option(
    name: [.customShort("R"), .long],
    help: ArgumentHelp(
      "Repository URL (e.g. 's3://my-keepsake-bucket'). Default: the one in keepsake.yaml",
      valueName: "url"))
  var repository: String?

  @OptionGroup var common: CommonOptions

  /// The project, found as the options say; prints what should be changed in its configuration.
  func project(in session: Session) throws -> Project {
    let project = try Project.find(
      from: session.workingDirectory, directoryOverride: projectDirectory,
      repositoryOverride: repository)
    for warning in project.warnings { session.console.warning(warning) }
    if common.verbose {
      session.console.info("The project is \(project.directory)")
      session.console.info("The repository is \(project.repositoryURL)")
    }
    return project
  }

  /// The project and its repository.
  func open(in session: Session) throws -> OpenProject {
    try OpenProject(project(in: session), in: session)
  }
}

/// The options of every command that have nothing to do with projects.
struct CommonOptions: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Display color in output. Default: on a terminal")
  var color = true

  @Flag(name: .shortAndLong, help: "Verbose output")
  var verbose = false
}

/// A project whose repository can be read.
struct OpenProject {
  let project: Project
  let repository: Repository
  let session: Session

  /// Opens the repository of a project; nothing is read yet.
  init(_ project: Project, in session: Session) throws {
    self.project = project
    self.session = session
    repository = Repository(store: try project.openStore(session.openers))
  }

  /// The machine, other than this one, on which files of an experiment wait if they do: those for a
  /// folder wait beside it, those for a bucket where they were saved.
  func otherHost(of experiment: Experiment) -> String? {
    guard project.repositoryURL.scheme != .file, !experiment.host.isEmpty,
      experiment.host != session.host
    else { return nil }
    return experiment.host
  }

  /// How many problems are named one by one.
  private static let namedProblems = 20

  /// Reads every experiment; prints what could not be read.
  func listing() async throws -> Listing {
    let listing = try await session.withProgress("Reading \(project.repositoryURL)") {
      try await repository.listing()
    }
    for problem in listing.problems.prefix(Self.namedProblems) {
      session.console.warning(
        problem.isHarmless
          ? "Found a problem in \"\(problem.place)\": \(problem.reason)"
          : "Failed to load metadata from \"\(problem.place)\": \(problem.reason)")
    }
    let rest = listing.problems.count - Self.namedProblems
    if rest > 0 {
      session.console.warning(
        "\(rest) more files have problems. `keepsake report` lists all of them in health.html.")
    }
    return listing
  }
}
