internal import ArgumentParser
internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeRepository

/// `keepsake checkout`
struct CheckoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkout",
    abstract: "Copy files from an experiment or checkpoint into the project directory",
    discussion: """
      Writes the files of the experiment, then those of the checkpoint over them. An experiment \
      stands for its best checkpoint, or for its latest one if it has no primary metric. Ends with \
      3 where some files could not be written.
      """)

  @Argument(help: ArgumentHelp("Experiment or checkpoint ID, or its beginning", valueName: "id"))
  var id: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Output directory. Default: the project directory", valueName: "dir"),
    completion: .directory)
  var outputDirectory: String?

  @Flag(
    name: .shortAndLong, help: "Force checkout without prompt, even if the directory is not empty")
  var force = false

  @Option(help: "A specific file or directory to check out. Default: all of them")
  var path: String?

  @OptionGroup var project: ProjectOptions

  func run() async throws {
    let session = Session.current
    let opened = try project.open(in: session)
    let item = try Selection(id, among: try await opened.listing().experiments)
    let checkout = Checkout(
      repository: opened.repository, session: session, item: item,
      folder: try folder(of: opened), path: path.flatMap { $0.isEmpty ? nil : $0 })
    session.console.info("Checking out files from \(checkout.title)")
    try await checkout.check()
    if !force, checkout.warnsOfOverwriting() { try session.confirm() }
    let result = try await checkout.write()
    if !item.experiment.command.isEmpty {
      session.console.info(
        """
        If you want to run this experiment again, this is how it was run:

          \(item.experiment.command)

        """)
    }
    if !result.isComplete { throw ExitCode(ExitStatus.partial) }
  }

  private func folder(of opened: OpenProject) throws -> String {
    if let outputDirectory, !outputDirectory.isEmpty { return outputDirectory }
    return try Checkout.defaultFolder(
      of: opened, projectDirectory: project.projectDirectory,
      hasRepository: project.repository != nil)
  }
}
