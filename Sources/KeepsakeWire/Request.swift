package import KeepsakeModel

/// Something that the program asks for.
package struct Request: Sendable, Equatable {
  /// What the answer repeats; `nil` where none is wanted.
  package var id: Int64?

  /// What is asked for.
  package var verb: Verb

  /// Joins a verb and what its answer repeats.
  package init(id: Int64?, _ verb: Verb) {
    self.id = id
    self.verb = verb
  }

  /// The things that can be asked for.
  package enum Verb: Sendable, Equatable {
    case start(Start, Place)
    case checkpoint(ExperimentID, Checkpoint)
    case wait(ExperimentID)
    case stop(ExperimentID, Ending.Outcome, exitCode: Int?)
    case list(List, Place)
    case get(prefix: String, Kind?, Place)
    case isRunning(prefix: String, Place)
    case checkout(Checkout, Place)
    case open(prefix: String, path: String, Place)
    case delete(prefixes: [String], Place)
    case report(choices: [String: [String]], Place)
  }

  /// Which project, which repository.
  package struct Place: Sendable, Equatable {
    /// Where the project is looked for; absolute. `nil` for the recorder's own.
    package var workingDirectory: String?
    /// The project directory, instead.
    package var project: String?
    /// The repository's URL, instead of the configured one.
    package var repository: String?

    package init(
      workingDirectory: String? = nil, project: String? = nil, repository: String? = nil
    ) {
      self.workingDirectory = workingDirectory
      self.project = project
      self.repository = repository
    }
  }

  /// How an experiment starts.
  package struct Start: Sendable, Equatable {
    package var params: NamedValues = [:]
    package var path: String?
    package var command = ""
    package var pythonVersion = ""
    package var packages: NamedValues = [:]
    package var hasHeartbeat = true
    package var resumedFrom: String?
    /// The beginning of the identifier of the experiment to go on with.
    package var resume: String?
    /// Whether the recorder of that experiment is known to be dead.
    package var takesOver = false

    package init() {}
  }

  /// Which experiments are listed, and how.
  package struct List: Sendable, Equatable {
    package var filters: [String] = []
    package var sort = "created"
    package var includesCheckpoints = true

    package init() {}
  }

  /// What a prefix may be the beginning of.
  package enum Kind: String, Sendable, Equatable {
    case experiment
    case checkpoint
  }

  /// Which files are got back, and where to.
  package struct Checkout: Sendable, Equatable {
    package var prefix: String
    package var output: String?
    package var path: String?
    package var overwrites = false

    package init(prefix: String) { self.prefix = prefix }
  }
}
