internal import ArgumentParser

/// The options of `keepsake report` that the file `keepsake-report.yaml` may hold too.
struct ReportArguments: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where to write. Default: report/ in the project, report.html for a single file",
      valueName: "dir"), completion: .directory)
  var output: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Write one HTML file that holds everything, to be attached or mailed. Default: no")
  var singleFile: Bool?

  @Option(help: "The title of the site")
  var title: String?

  @Option(
    name: .shortAndLong, parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Show only experiments that fulfil this (format: \"<name> <operator> <value>\"); may be given several times",
      valueName: "filter"))
  var filter: [String] = []

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp(
      "The order of the first page, e.g. val_loss or created-desc. Default: the newest first",
      valueName: "key"))
  var sort: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Show only these experiments", valueName: "id"))
  var experiment: [String] = []

  @Option(
    help: ArgumentHelp(
      "The metric to rank by, with :minimize or :maximize behind it or nothing. Default: the primary one of most experiments",
      valueName: "name"))
  var metric: String?

  @Option(help: "minimize or maximize")
  var goal: String?

  @Option(help: ArgumentHelp("The experiment that others are compared with", valueName: "id"))
  var baseline: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A page that compares these experiments, beside that of the best ones; may be given several times",
      valueName: "name=id,id…"))
  var compare: [String] = []

  @Option(
    help: ArgumentHelp(
      "How much lines are smoothed: 0 (not at all) to 1, tb:0.6 for TensorBoard's way, or auto. Default: auto, which is 0.6 for long ones",
      valueName: "amount"))
  var smooth: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Metrics with a logarithmic axis, or all", valueName: "metric"))
  var log: [String] = []

  @Option(
    help: ArgumentHelp(
      "What charts run over: step, or time since the experiment's start. Default: step",
      valueName: "axis"))
  var x: String?

  @Option(
    help: ArgumentHelp(
      "How closely long lines are drawn: normal, or high for twice the bytes", valueName: "degree"))
  var fidelity: String?

  @Option(
    help: ArgumentHelp(
      "How many experiments get pages of their own: a number, or all. Default: 1000, or 50 in a single file",
      valueName: "count"))
  var details: String?

  @Option(
    help: ArgumentHelp(
      "Markdown about the project, instead of notes/*.md; may be given several times",
      valueName: "file"), completion: .file())
  var note: [String] = []

  @Option(
    help: ArgumentHelp(
      "A folder with templates that stand in for the built-in ones", valueName: "dir"),
    completion: .directory)
  var templates: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Replace what looks like a secret by a mark. Default: yes")
  var redact: Bool?

  /// What was given.
  var choices: ReportChoices {
    func one(_ value: String?) -> [String] { value.map { [$0] } ?? [] }
    return ReportChoices([
      "output": one(output), "title": one(title), "filter": filter, "sort": one(sort),
      "experiment": experiment, "metric": one(metric), "goal": one(goal),
      "baseline": one(baseline), "compare": compare, "smooth": one(smooth), "log": log,
      "details": one(details),
      "fidelity": one(fidelity), "x": one(x),
      "note": note, "templates": one(templates), "redact": one(redact.map { "\($0)" }),
      "single-file": one(singleFile.map { "\($0)" }),
    ])
  }
}
