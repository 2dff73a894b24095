internal import ArgumentParser
internal import KeepsakeReport

/// `keepsake report`
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a site about the experiments, and print where it is",
    discussion: """
      The site is a folder of static pages: open index.html, or put the folder behind any web \
      server. The files of a report that was written there before are replaced. What could not be \
      read is named on stderr and in health.html and does not change the exit status. Markdown files in notes/ of the project stand on the first page.

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
    // Before anything is read, which may take a while.
    var options = ReportOptions()
    try arguments.choices.apply(to: &options)
    let builder = try ReportBuilder(arguments.choices, of: try project.open(in: session))
    builder.tell(try await builder.write(isLast: true))
    if open { try Browser.open(builder.firstPage) }
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
