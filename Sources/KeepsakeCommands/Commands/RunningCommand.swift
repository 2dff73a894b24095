internal import ArgumentParser

/// `keepsake ps`
struct RunningCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ps", abstract: "List running experiments in this project",
    aliases: ["processes"])

  @OptionGroup var options: ListOptions

  func run() async throws { try await options.run(onlyRunning: true) }
}
