internal import ArgumentParser

/// `keepsake ls`
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List experiments in this project",
    discussion: """
      List all experiments in the current project:
        keepsake ls

      List experiments that have run for 50 steps or less:
        keepsake ls --filter "step <= 50"

      List experiments where the parameter "optimizer" is "adam" and the best "accuracy" metric \
      is greater than 0.8:
        keepsake ls --filter "optimizer = adam" --filter "accuracy > 0.8"

      Sort all failed experiments by the metric "val_loss":
        keepsake ls --sort "val_loss" --filter "status = failed"

      A status is running, finished, failed, killed or stopped, which in a filter stands for all \
      that ended. What cannot be read is named on stderr and does not change the exit status.
      """,
    aliases: ["list"])

  @OptionGroup var options: ListOptions

  func run() async throws { try await options.run() }
}
