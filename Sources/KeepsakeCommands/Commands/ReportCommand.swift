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
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to write. Default: report/ in the project", valueName: "dir"),
    completion: .directory)
  var output: String?

  @Option(help: "The title of the site")
  var title: String?

  @Option(
    help: ArgumentHelp(
      "Markdown about the project, instead of notes/*.md; may be given several times",
      valueName: "file"), completion: .file())
  var note: [String] = []

  @Option(help: "The metric to rank by. Default: the primary one of most experiments")
  var metric: String?

  @Option(help: "minimize or maximize, with --metric")
  var goal: String?

  @Option(help: ArgumentHelp("The experiment that others are compared with", valueName: "id"))
  var baseline: String?

  @Option(
    help: ArgumentHelp(
      "How many experiments get pages of their own: a number, or all", valueName: "count"))
  var details: String?

  @Option(
    help: ArgumentHelp(
      "A folder with templates that stand in for the built-in ones", valueName: "dir"),
    completion: .directory)
  var templates: String?

  @Flag(help: "Open the site in a browser")
  var open = false

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    if let goal, PrimaryMetric.Goal(rawValue: goal) == nil {
      throw ValidationError("--goal must be minimize or maximize")
    }
    if let details, details != "all", Int(details).map({ $0 < 0 }) ?? true {
      throw ValidationError("--details must be a number or all")
    }
  }

  func run() async throws {
    let session = Session.current
    let opened = try project.open(in: session)
    let listing = try await opened.listing()
    var builder = ReportBuilder(opened: opened)
    builder.options = try options(listing.experiments, in: session)
    builder.noteFiles = note.isEmpty ? nil : note
    let folder = RepositoryURL.absolutePath(
      output ?? "\(opened.project.directory)/report", in: session.workingDirectory)
    try await builder.write(listing, to: folder)
    if open { try Browser.open("\(folder)/index.html") }
  }

  private func options(
    _ experiments: [Experiment], in session: Session
  ) throws -> ReportOptions {
    var options = ReportOptions()
    if let title { options.title = title }
    options.metric = metric
    options.goal = goal.flatMap { PrimaryMetric.Goal(rawValue: $0) }
    if let baseline {
      options.baseline = experiments[try experiments.match(baseline).experiment].id
    }
    if let details { options.detailLimit = Int(details) }
    if let templates { options.templates = try Self.templates(in: templates, session) }
    return options
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
