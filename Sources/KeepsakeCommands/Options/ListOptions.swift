internal import ArgumentParser
internal import KeepsakeModel
internal import KeepsakeRepository

/// The options of `ls` and `ps`.
struct ListOptions: ParsableArguments {
  @Flag(help: "Output all params and metrics. Default: only params/metrics that differ")
  var all = false

  @Option(
    name: .shortAndLong, parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Filters (format: \"<name> <operator> <value>\"); may be given several times",
      valueName: "filter"))
  var filter: [String] = []

  @Flag(help: "Print output in JSON format")
  var json = false

  @Flag(help: "Print output in CSV format, with all params and metrics")
  var csv = false

  @Flag(name: .shortAndLong, help: "Only print experiment IDs")
  var quiet = false

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp(
      "Sort key. Suffix with '-desc' for descending sort, e.g. --sort=created-desc",
      valueName: "key"))
  var sort = "created"

  @OptionGroup var project: ProjectOptions

  /// Prints the experiments that the options ask for.
  ///
  /// - Parameter onlyRunning: whether a filter on the status is replaced by `status = running`.
  func run(onlyRunning: Bool = false) async throws {
    let session = Session.current
    let opened = try project.open(in: session)
    try checkFormat()
    var query = try ExperimentQuery(filters: filter, sort: sort, in: session)
    if onlyRunning { try query.limitToRunning() }
    for warning in query.warnings { session.console.warning(warning) }
    let now = query.context.now
    let experiments = query.select(from: try await opened.listing().experiments)
    if quiet {
      session.output.write(experiments.map { "\($0.id)\n" }.joined())
    } else if json {
      let objects = experiments.map { ExperimentJSON.row($0, now: now) }
      session.writeJSON(.array(objects))
    } else if csv {
      let text = ExperimentCSV(experiments, now: now).text
      session.output.write(
        session.output.isTerminal
          ? ControlCharacters.replaced(in: text, keepingNewlines: true) : text)
    } else if experiments.isEmpty {
      session.console.info("No experiments found")
    } else {
      let table = ExperimentTable(experiments, now: now, showsAll: all)
      session.output.write(
        table.grid.rendered(columns: session.output.isTerminal ? session.output.columns : nil))
    }
  }

  private func checkFormat() throws {
    let formats = [(json, "--json"), (all, "--all"), (csv, "--csv")]
    if quiet, let format = formats.first(where: \.0) {
      throw CommandError(
        what: "Cannot use the --quiet flag in combination with \(format.1)",
        exitCode: ExitStatus.usage)
    }
    if json, csv {
      throw CommandError(
        what: "Cannot use the --json flag in combination with --csv", exitCode: ExitStatus.usage)
    }
  }
}
