internal import FoundationEssentials
package import KeepsakeStores

/// A folder with a training program, and the repository that its runs are recorded in.
package struct Project: Sendable {
  /// The project directory, absolute: where `keepsake.yaml` stands, or what was given instead.
  package let directory: String

  /// Where the repository is.
  package let repositoryURL: RepositoryURL

  /// What a person should change in the configuration, as sentences.
  package let warnings: [String]

  /// A project that needs no configuration file.
  package init(directory: String, repositoryURL: RepositoryURL, warnings: [String] = []) {
    self.directory = directory
    self.repositoryURL = repositoryURL
    self.warnings = warnings
  }

  /// Finds the project that `workingDirectory` belongs to.
  ///
  /// - Parameters:
  ///   - workingDirectory: an absolute path.
  ///   - directoryOverride: the project directory; its parents are not looked at.
  ///   - repositoryOverride: the repository's URL; no configuration file is read.
  package static func find(
    from workingDirectory: String, directoryOverride: String? = nil,
    repositoryOverride: String? = nil
  ) throws(ProjectError) -> Project {
    let directory = directoryOverride.flatMap { $0.isEmpty ? nil : $0 }
    let start = RepositoryURL.absolutePath(directory ?? ".", in: workingDirectory)
    if let url = repositoryOverride, !url.isEmpty {
      return Project(
        directory: start, repositoryURL: try RepositoryURL(url, relativeTo: start))
    }
    for folder in directory == nil ? folders(upwardsFrom: start) : [start] {
      if let project = try read(folder) { return project }
    }
    let place = directory ?? "\(start) (or in any parent directories)"
    throw ProjectError(
      .notFound, what: "\(fileNames[0]) not found in \(place)",
      fix: """
        Run `keepsake init` in the project's folder to make one, or name the repository with -R/--repository URL and the \
        project with -D/--project-directory DIR.
        """)
  }

  /// The store of the repository.
  package func openStore(_ openers: StoreOpeners = .disk) throws -> any ObjectStore {
    try openers.open(repositoryURL)
  }

  /// The names of configuration files; of two in a folder the first one counts.
  package static let fileNames = [
    "keepsake.yaml", "keepsake.yml", "replicate.yaml", "replicate.yml",
  ]

  private static func read(_ folder: String) throws(ProjectError) -> Project? {
    guard let name = fileNames.first(where: { isFile("\(folder)/\($0)") }) else {
      return try readUnconfigured(folder)
    }
    let configuration = try ProjectConfiguration(
      try content(of: name, in: folder), name: name)
    var warnings = configuration.warnings
    if name.hasPrefix("replicate") {
      warnings.insert("\(name) is deprecated. Please rename it to keepsake.yaml.", at: 0)
    }
    return Project(
      directory: folder,
      repositoryURL: try RepositoryURL(configuration.repository, relativeTo: folder),
      warnings: warnings)
  }

  /// A project from before there was a configuration file.
  private static func readUnconfigured(_ folder: String) throws(ProjectError) -> Project? {
    let repository = "file://.replicate/storage"
    guard FileManager.default.fileExists(atPath: "\(folder)/.replicate/storage") else {
      return nil
    }
    let warning = """
      keepsake.yaml is required now. Put this file in \(folder) to remove this warning:

      repository: "\(repository)"
      """
    return Project(
      directory: folder, repositoryURL: try RepositoryURL(repository, relativeTo: folder),
      warnings: [warning])
  }

  private static func content(of name: String, in folder: String) throws(ProjectError) -> String {
    do {
      let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
      if let text = String(validating: bytes, as: UTF8.self) { return text }
    } catch {
      throw ProjectError(
        .invalidConfiguration, what: "Cannot read \(folder)/\(name): \(error)",
        fix: "Check its permissions.")
    }
    throw ProjectError(
      .invalidConfiguration, what: "Cannot read \(folder)/\(name): it is not UTF-8 text",
      fix: "Save it in the encoding UTF-8.")
  }

  private static func isFile(_ path: String) -> Bool {
    var isDirectory = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory
  }

  private static func folders(upwardsFrom start: String) -> [String] {
    let parts = start.split(separator: "/")
    return (0...parts.count).reversed().map { "/" + parts.prefix($0).joined(separator: "/") }
  }
}
