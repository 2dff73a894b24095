#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeRepository
internal import KeepsakeWire

/// Getting the files of an experiment and a checkpoint back.
struct Checkout {
  let repository: Repository
  let session: Session
  let item: Selection

  /// Where to, as the person wrote it.
  let folder: String

  /// A file or folder within the snapshots; `nil` for everything.
  let path: String?

  /// The folder that files go to where none is named: the project's.
  ///
  /// With a repository alone there is no project to write into.
  static func defaultFolder(
    of opened: OpenProject, projectDirectory: String?, hasRepository: Bool
  ) throws(ProjectError) -> String {
    guard hasRepository else { return opened.project.directory }
    return try Project.find(
      from: opened.session.workingDirectory, directoryOverride: projectDirectory
    ).directory
  }

  /// A snapshot and where its files come from.
  private struct Source {
    let snapshot: SnapshotID
    let name: String
    let path: String
  }

  /// The experiment's files come first, the checkpoint's over them.
  private var sources: [Source] {
    var sources: [Source] = []
    let experiment = item.experiment
    if experiment.hasSnapshot {
      sources.append(
        Source(
          snapshot: .experiment(experiment.id), name: "experiment \(experiment.id.short)",
          path: experiment.path))
    }
    if let checkpoint = item.checkpoint, checkpoint.hasSnapshot {
      sources.append(
        Source(
          snapshot: .checkpoint(checkpoint.id), name: "checkpoint \(checkpoint.id.short)",
          path: checkpoint.path))
    }
    return sources
  }

  /// What is checked out: `experiment 3c91d1d and its best checkpoint a39a985`.
  var title: String {
    let experiment = item.experiment.id.short
    guard let checkpoint = item.checkpoint?.id.short else { return "experiment \(experiment)" }
    return item.choice == .given
      ? "checkpoint \(checkpoint) and its experiment \(experiment)"
      : "experiment \(experiment) and its \(item.choice) checkpoint \(checkpoint)"
  }

  /// Makes sure that there are files, before anything is written.
  func check() async throws {
    let isRunning = item.experiment.status(at: session.queryContext.now).isRunning
    if sources.isEmpty { throw missingFiles }
    if FileManager.default.fileExists(atPath: absoluteFolder), !Self.isFolder(absoluteFolder) {
      throw CommandError(
        what: "Checkout path \"\(folder)\" is not a directory",
        fix: "Choose another one with -o DIR.", code: .write)
    }
    for source in sources {
      let state = try await repository.state(
        of: source.snapshot, path: source.path, isRunning: isRunning)
      switch state {
      case .stored, .none: continue
      case .pending:
        throw CommandError(
          what: "The files of \(source.name) are not stored yet.",
          fix: "Try again when its recorder has stored them: `keepsake show` tells.",
          code: .noFiles)
      case .waiting:
        throw CommandError(
          what: "The files of \(source.name) wait on this machine, and are not stored yet.",
          fix: "Run `keepsake push`, then try again.", code: .noFiles)
      case .missing:
        let name = source.name.prefix(1).uppercased() + source.name.dropFirst()
        throw CommandError(
          what:
            "\(name) is supposed to have files associated with it, but could not find the files in the repository.",
          fix:
            "Its recorder ended before it stored them, or they were removed. Check out another checkpoint.",
          code: .noFiles)
      }
    }
  }

  private var missingFiles: CommandError {
    let experiment = item.experiment.id.short
    let advice = "You need to pass the 'path' argument to"
    guard let checkpoint = item.checkpoint?.id.short else {
      return CommandError(
        what: "The experiment \(experiment) does not have any files associated with it.",
        fix: "\(advice) 'init()' to check out files.", separator: " ", code: .noFiles)
    }
    return CommandError(
      what:
        "Neither the checkpoint \(checkpoint) nor its experiment \(experiment) have any files associated with them.",
      fix: "\(advice) 'init()' or 'checkpoint()' to check out files.", separator: " ",
      code: .noFiles)
  }

  /// Says what may be overwritten; `false` where nothing is in the way.
  func warnsOfOverwriting() -> Bool {
    var warned: Set<String> = []
    for source in sources {
      let place = place(source.path)
      let absolute = RepositoryURL.absolutePath(place, in: session.workingDirectory)
      guard FileManager.default.fileExists(atPath: absolute), !warned.contains(place) else {
        continue
      }
      if Self.isFolder(absolute) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: absolute)) ?? []
        // Inside a folder that was named already there is nothing new to say.
        if names.isEmpty || warned.contains(where: { place.hasPrefix("\($0)/") }) { continue }
        session.console.warning("The directory \"\(place)\" is not empty.")
      } else {
        if warned.contains(where: { place.hasPrefix("\($0)/") }) { continue }
        session.console.warning("The file \"\(place)\" exists.")
      }
      warned.insert(place)
    }
    guard !warned.isEmpty else { return false }
    session.console.warning(
      "This checkout may overwrite existing files. Make sure they're saved in Git or Keepsake so they're safe!"
    )
    return true
  }

  /// What was written.
  struct Result {
    var fileCount = 0

    /// What was not, and why.
    var refused: [String] = []

    var isComplete = true
  }

  /// Writes the files.
  func write() async throws -> Result {
    session.console.space()
    var result = Result()
    var foundPath = false
    for source in sources {
      let place = place(source.path)
      if path == nil {
        session.console.info("Copying files from \(source.name) to \"\(place)\"...")
      }
      let extraction = try await session.withProgress("Copying files from \(source.name)") {
        // As in 0.4.2, `/data` is `data`.
        try await repository.extract(
          source.snapshot, path: path.map { String($0.drop { $0 == "/" }) }, to: absoluteFolder)
      }
      if let path, extraction.fileCount + extraction.linkCount > 0 {
        session.console.info("Copied the path \(path) from \(source.name) to \"\(place)\"")
        foundPath = true
      }
      for refused in extraction.refusals.entries {
        session.console.warning("Left out \(refused)")
      }
      result.fileCount += extraction.fileCount + extraction.linkCount
      result.refused += extraction.refusals.entries.map { "\($0)" }
      result.isComplete = result.isComplete && extraction.refusals.count == 0
    }
    if let path, !foundPath, result.isComplete { throw missing(path) }
    return result
  }

  private func missing(_ path: String) -> CommandError {
    let owner =
      item.checkpoint.map {
        "Neither the experiment \(item.experiment.id.short) nor the checkpoint \($0.id.short) has"
      } ?? "The experiment \(item.experiment.id.short) does not have"
    return CommandError(
      what: "\(owner) the path \(path) associated with it.",
      fix: "You need to pass the 'path' argument to 'init()' or 'checkpoint()' to check out files.",
      separator: " ", code: .noFiles)
  }

  private var absoluteFolder: String {
    RepositoryURL.absolutePath(folder, in: session.workingDirectory)
  }

  /// `folder` and a path in it, as messages show it.
  private func place(_ path: String) -> String {
    let absolute = RepositoryURL.absolutePath(path, in: "/")
    let inner = absolute == "/" ? "" : absolute
    return folder.hasPrefix("/")
      ? RepositoryURL.absolutePath(folder, in: "/") + inner : folder + inner
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
  }
}
