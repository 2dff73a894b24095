internal import ArgumentParser
internal import Keepsake
internal import KeepsakeDemo

/// `keepsake demo`
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Make a project with real runs to try keepsake with",
    discussion: """
      Trains small models on Fisher's iris flowers, records every run, and builds the report. \
      Takes some seconds; needs no network.
      """)

  @Argument(
    help: ArgumentHelp("The folder to make; it must be new or empty", valueName: "dir"),
    completion: .directory)
  var directory = "keepsake-demo"

  @Flag(help: "Open the report in a browser")
  var open = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let session = Session.current
    let folder = RepositoryURL.absolutePath(directory, in: session.workingDirectory)
    session.console.info("Training models in \(directory)")
    let summary: DemoSummary
    do {
      summary = try Demo.run(in: folder) { session.console.info($0) }
    } catch {
      throw CommandError(what: "\(error)", fix: "Name another folder: keepsake demo DIR")
    }
    for loss in summary.losses { session.console.warning(loss) }
    let project = try Project.find(from: folder)
    let report = try ReportBuilder(ReportChoices([:]), of: OpenProject(project, in: session))
    report.tell(try await report.write(isLast: true))
    session.console.info(advice(summary))
    if open { try Browser.open(report.firstPage) }
    if !summary.losses.isEmpty { throw ExitCode(ExitStatus.partial) }
  }

  private func advice(_ summary: DemoSummary) -> String {
    let (best, rival) = (summary.best.shortID, summary.rival.shortID)
    return """
      Open report/index.html in a browser, or try:

        cd \(directory)
        keepsake ls --sort val/loss
        keepsake show \(best)
        keepsake diff \(best) \(rival)
        keepsake diff --files \(best) \(rival)
        keepsake checkout \(best) -o best
        keepsake note \(best) -m "the best one"
      """
  }
}
