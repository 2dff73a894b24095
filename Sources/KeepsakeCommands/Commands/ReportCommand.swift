internal import ArgumentParser
internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// `keepsake report`
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a site about the experiments, and print where it is",
    discussion: """
      The site is a folder of static pages: open index.html, or put the folder behind any web \
      server. The files of a report that was written there before are replaced; what could not be \
      read is named in health.html. Markdown files in notes/ of the project stand on the first page.

      Passwords, tokens and keys are replaced by a mark, and the command says where.

      The file keepsake-report.yaml in the project may hold the same choices, for example \
      "baseline: 3fa9c01"; options given here come first.
      """)

  @OptionGroup var arguments: ReportArguments

  @Flag(help: "Open the site in a browser")
  var open = false

  @OptionGroup var project: ProjectOptions

  func run() async throws {
    let session = Session.current
    var options = ReportOptions()
    // Before the repository is read, which may take a while.
    try arguments.choices.apply(to: &options)
    let opened = try project.open(in: session)
    let choices = try Self.choices(of: opened.project).overridden(by: arguments.choices)
    try choices.apply(to: &options)
    if let templates = choices["templates"] {
      options.templates = try Self.templates(in: templates, session)
    }
    let listing = try ReportSelection(choices, in: session)
      .select(from: try await opened.listing(), options: &options)
    var builder = ReportBuilder(opened: opened)
    builder.options = options
    builder.noteFiles = choices.all("note").isEmpty ? nil : choices.all("note")
    let isSingleFile = try choices.isSingleFile
    let output = RepositoryURL.absolutePath(
      choices["output"] ?? "\(opened.project.directory)/report\(isSingleFile ? ".html" : "")",
      in: session.workingDirectory)
    try await builder.write(
      listing, to: isSingleFile ? .file(output) : .folder(output))
    if open { try Browser.open(isSingleFile ? output : "\(output)/index.html") }
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

/// The browser of the person at the machine.
enum Browser {
  /// Opens a file.
  static func open(_ path: String) throws {
    #if canImport(Darwin)
      let program = "open"
    #else
      let program = "xdg-open"
    #endif
    guard try ChildProcess.run([program, path], isQuiet: true) == 0 else {
      throw CommandError(
        what: "\(program) could not open \(path)", fix: "Open the file in your browser.")
    }
  }
}
