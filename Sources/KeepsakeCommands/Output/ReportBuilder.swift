internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Makes the site of a project.
struct ReportBuilder {
  private let opened: OpenProject
  private let choices: ReportChoices
  private let destination: Destination
  private var options = ReportOptions()

  /// Where a site goes; paths are absolute.
  private enum Destination: Sendable {
    case folder(String)
    case file(String)
  }

  /// A single file of more bytes than this is slow to open.
  private static let largeFile = 5_000_000

  private var session: Session { opened.session }

  /// A report as `choices` say, and where they say nothing, as the project's file does.
  init(_ choices: ReportChoices, of opened: OpenProject) throws {
    self.opened = opened
    self.choices = try Self.choices(of: opened.project).overridden(by: choices)
    try self.choices.apply(to: &options)
    let isSingleFile = try self.choices.isSingleFile
    let output = RepositoryURL.absolutePath(
      self.choices["output"] ?? "\(opened.project.directory)/report\(isSingleFile ? ".html" : "")",
      in: opened.session.workingDirectory)
    destination = isSingleFile ? .file(output) : .folder(output)
    if let templates = self.choices["templates"] {
      options.templates = try Self.templates(in: templates, opened.session)
    }
  }

  /// What is opened in a browser, an absolute path.
  var firstPage: String {
    switch destination {
    case .folder(let path): "\(path)/index.html"
    case .file(let path): path
    }
  }

  /// Reads the repository and writes the site.
  ///
  /// - Parameter isLast: whether the process ends afterwards; then it does not spend time on giving
  ///   memory back piece by piece.
  func write(isLast: Bool) async throws -> ReportSummary {
    var options = options
    let listing = try ReportSelection(choices, in: session)
      .select(from: try await opened.listing(), options: &options)
    let (notes, noteProblems) = try await opened.repository.notes()
    let missing = try await MissingTarballs.problems(
      of: listing.experiments, in: opened.repository, now: now)
    let url = opened.project.repositoryURL
    let input = ReportInput(
      experiments: listing.experiments, problems: listing.problems + noteProblems + missing,
      notes: notes,
      projectNotes: try projectNotes(),
      snapshots: try await snapshots(),
      repositoryLabel: url.scheme == .file ? "" : "\(url)", now: now)
    let report = try await Report(input: input, options: options)
    if isLast {
      for value in [listing as Any, input, report] {
        _ = unsafe Unmanaged.passRetained(value as AnyObject)
      }
    }
    return try await session.withProgress("Writing the report") {
      switch destination {
      case .folder(let path): try await report.write(to: path)
      case .file(let path): try await report.write(toFile: path)
      }
    }
  }

  /// Says what was done.
  func tell(_ summary: ReportSummary) {
    for warning in summary.warnings {
      session.console.warning("\(warning.place): \(warning.reason)")
    }
    if let withheld = WithheldText(summary.withheld).text { session.console.info(withheld) }
    session.print(firstPage)
    let size = ByteText.text(Int64(summary.byteCount))
    let count = summary.experimentCount
    let experiments = "\(count) \(count == 1 ? "experiment" : "experiments")"
    switch destination {
    case .folder:
      session.console.info(
        """
        Wrote a report of \(experiments): \(summary.fileCount) files, \(size), of which \
        \(summary.writtenCount) are new or changed.
        """)
    case .file:
      session.console.info(
        "Wrote a report of \(experiments) in one file of \(size).")
      if summary.byteCount > Self.largeFile {
        session.console.warning(
          "A file of \(size) is slow to open. --details and --filter make it smaller.")
      }
    }
  }

  /// The present moment, or the one that reproducible builds set.
  private var now: Timestamp {
    session.environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) }
      .map { Timestamp(nanoseconds: $0 &* 1_000_000_000) } ?? session.queryContext.now
  }

  private func snapshots() async throws -> any SnapshotSource {
    let repository = opened.repository
    if opened.project.repositoryURL.scheme == .file {
      return RepositorySnapshots(
        repository: repository, cache: FileListCache(environment: session.environment))
    }
    return try await RemoteSnapshots(
      repository,
      pictures: RemotePictures(
        repository: repository, cache: RemotePictures.cache(environment: session.environment)))
  }

  private func projectNotes() throws(CommandError) -> [ProjectNote] {
    var notes: [ProjectNote] = []
    let chosen = choices.all("note")
    for file in chosen.isEmpty ? defaultNoteFiles : chosen {
      let path = RepositoryURL.absolutePath(file, in: session.workingDirectory)
      notes.append(
        ProjectNote(
          fileName: file.split(separator: "/").last.map(String.init) ?? file,
          markdown: try FileText.read(path, shownAs: file)))
    }
    return notes
  }

  private var defaultNoteFiles: [String] {
    let folder = "\(opened.project.directory)/notes"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".md") && !$0.hasPrefix(".") }
      .sorted { $0.utf8Precedes($1) }.map { "\(folder)/\($0)" }
  }

  /// The choices in the project's file, where there is one.
  private static func choices(of project: Project) throws -> ReportChoices {
    let name = ReportChoices.fileName
    let path = "\(project.directory)/\(name)"
    guard FileManager.default.fileExists(atPath: path) else { return ReportChoices([:]) }
    let file = try SettingsFile(try FileText.read(path, shownAs: name), name: name)
    return try ReportChoices(file, in: project.directory)
  }

  /// The `.mustache` files below a folder, by their path in it.
  private static func templates(
    in folder: String, _ session: Session
  ) throws(CommandError) -> [String: String] {
    let root = RepositoryURL.absolutePath(folder, in: session.workingDirectory)
    let names: [String]
    do {
      names = try FileManager.default.subpathsOfDirectory(atPath: root)
    } catch {
      throw CommandError(
        what: "Cannot read the templates in \(folder): \(error.localizedReason)",
        fix: "Give a folder with files such as index.mustache.")
    }
    var templates: [String: String] = [:]
    for name in names where name.hasSuffix(".mustache") {
      templates[name] = try FileText.read("\(root)/\(name)", shownAs: "\(folder)/\(name)")
    }
    return templates
  }
}
