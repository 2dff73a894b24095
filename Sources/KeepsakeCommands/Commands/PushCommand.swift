internal import ArgumentParser

/// `keepsake push`
struct PushCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push", abstract: "Store the files that a recorder could not store",
    discussion: """
      Files that the repository did not take until the end of a run, and those of a recorder that \
      was killed, wait on the machine where they were saved. This stores them in the repository of \
      the project. What it refuses again stays; then the exit status is 3, or 1 where nothing was \
      stored.
      """)

  @Flag(help: "Remove the files that wait, without storing them")
  var discard = false

  @Flag(name: .shortAndLong, help: "Discard without interactive prompt")
  var force = false

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    if force, !discard { throw ValidationError("--force says something about --discard only") }
  }

  func run() async throws {
    let session = Session.current
    let push = try await Push(to: try project.open(in: session))
    await push.tellRest()
    if push.snapshots.isEmpty { return }
    if discard {
      session.print("You are about to delete the only copy of the files of the following:")
      for snapshot in push.snapshots { session.print("* \(Push.description(of: snapshot))") }
      if !force { try session.confirm() }
      await push.discard()
    } else {
      let status = try await push.run()
      if status != ExitStatus.success { throw ExitCode(status) }
    }
  }
}
