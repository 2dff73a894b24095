internal import ArgumentParser
internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository
internal import KeepsakeStores

/// The command `keepsake`.
public enum CommandLineTool {
  /// Runs the command with the arguments that follow its name.
  ///
  /// - Returns: what the program should end with: 0; 1 after an error; 3 where only a part could be
  ///   done; 10 where there is no project; 64 where the arguments make no sense.
  public static func run(_ arguments: [String]) async -> Int32 {
    await run(arguments, in: .process())
  }

  static func run(_ arguments: [String], in session: Session) async -> Int32 {
    let arguments = ArgumentNormalizer.normalized(arguments)
    var session = session
    session.colorChoice = ArgumentNormalizer.colorChoice(arguments)
    defer {
      if ArgumentNormalizer.isVerbose(arguments), let requests = session.requests() {
        session.console.info("Sent \(requests)")
      }
    }
    return await Session.$current.withValue(session) {
      do {
        if let unknown = UnknownCommand(arguments) { throw unknown.error }
        var command = try KeepsakeCommand.parseAsRoot(arguments)
        if var asyncCommand = command as? any AsyncParsableCommand {
          try await asyncCommand.run()
        } else {
          try command.run()
        }
        return ExitStatus.success
      } catch {
        return report(error, in: session)
      }
    }
  }

  /// Prints why a command ended.
  private static func report(_ error: any Error, in session: Session) -> Int32 {
    switch error {
    case let exit as ExitCode: return exit.rawValue
    case let error as CommandError: return fail(error.description, error.exitCode)
    case let error as LookupError: return fail(error.description, ExitStatus.failure)
    case let error as QueryError: return fail(error.description, ExitStatus.usage)
    case let error as ProjectError:
      return fail(
        error.description, error.code == .notFound ? ExitStatus.noProject : ExitStatus.failure)
    case let error as RepositoryError:
      return fail(Self.text(error.what, error.why, error.fix), ExitStatus.failure)
    case let error as ReportError:
      return fail(Self.text(error.what, error.why, error.fix), ExitStatus.failure)
    case let error as StoreError:
      return fail(Self.text(error.what, error.why, error.fix), ExitStatus.failure)
    default: return reportUsage(error, in: session)
    }

    func fail(_ message: String, _ status: Int32) -> Int32 {
      session.console.error(message)
      return status
    }
  }

  private static func text(_ what: String, _ why: String, _ fix: String) -> String {
    "\(what.prefix(1).uppercased())\(what.dropFirst()): \(why)\n\n\(fix)"
  }

  /// Prints what the argument parser says: help and versions are results, all else is an error.
  private static func reportUsage(_ error: any Error, in session: Session) -> Int32 {
    let code = KeepsakeCommand.exitCode(for: error)
    if code == .success {
      session.print(KeepsakeCommand.fullMessage(for: error))
      return ExitStatus.success
    }
    guard code == .validationFailure else {
      session.console.error("\(error)")
      return ExitStatus.failure
    }
    let full = KeepsakeCommand.fullMessage(for: error)
    let message = KeepsakeCommand.message(for: error)
    let usage = full.split(separator: "\n").drop { !$0.hasPrefix("Usage:") }
    if !usage.isEmpty { session.messages.write(usage.joined(separator: "\n") + "\n\n") }
    session.console.error(message)
    return ExitStatus.usage
  }
}
