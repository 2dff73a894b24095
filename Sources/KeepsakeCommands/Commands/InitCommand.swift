internal import ArgumentParser
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import Keepsake

/// `keepsake init`
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make this folder a project: write keepsake.yaml",
    discussion: """
      Experiments are kept in the folder .keepsake beside it, unless another repository is named \
      with -R.
      """)

  @OptionGroup var options: ProjectOptions

  func run() throws {
    let session = Session.current
    let directory = RepositoryURL.absolutePath(
      options.projectDirectory ?? ".", in: session.workingDirectory)
    let url = options.repository ?? "file://.keepsake"
    // Refuses a URL that no command could use.
    _ = try session.openers.open(try RepositoryURL(url, relativeTo: directory))
    for name in Project.fileNames
    where FileManager.default.fileExists(atPath: "\(directory)/\(name)") {
      throw CommandError(
        what: "\(directory) is a project already: it has \(name).",
        fix: "Change the file to use another repository, or remove it first.")
    }
    try write("repository: \(Self.quoted(url))\n", to: "keepsake.yaml", in: directory)
    session.print("Wrote \(directory)/keepsake.yaml")
    session.console.info(
      """
      Experiments will be kept in \(url).
      \(Self.advice(directory, url))Start one in a training program with the Keepsake library, then run `keepsake ls`.
      """)
  }

  private func write(_ text: String, to name: String, in directory: String) throws(CommandError) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)"), options: .atomic)
    } catch {
      throw CommandError(
        what: "Cannot write \(directory)/\(name): \(error.localizedReason)",
        fix: "Choose a folder that you can write to with -D DIR.")
    }
  }

  /// A YAML string.
  private static func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  private static func advice(_ directory: String, _ url: String) -> String {
    guard url == "file://.keepsake",
      FileManager.default.fileExists(atPath: "\(directory)/.git")
    else { return "" }
    return "Add .keepsake/ to .gitignore, so that Git leaves them alone.\n"
  }
}
