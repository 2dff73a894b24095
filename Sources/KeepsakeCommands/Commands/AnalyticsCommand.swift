internal import ArgumentParser

/// `keepsake analytics`: 0.4.2 sent what was run to its makers; scripts turn that off.
struct AnalyticsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analytics", abstract: "Do nothing: there are no analytics", shouldDisplay: false)

  @Argument var setting: String?

  @OptionGroup var common: CommonOptions

  func run() { Session.current.console.info("keepsake sends nothing to anybody.") }
}
