internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeReport

/// What a report is to show, from the command line and from `keepsake-report.yaml`.
///
/// Both speak of the same things by the same names, so both are lists of texts by name until they
/// are put together.
struct ReportChoices: Sendable, Equatable {
  /// The file beside `keepsake.yaml`.
  static let fileName = "keepsake-report.yaml"

  /// The names of all choices.
  static let names = [
    "baseline", "compare", "details", "experiment", "fidelity", "filter", "goal", "log", "metric",
    "note",
    "output", "redact", "single-file", "smooth", "sort", "templates", "title", "x",
  ]

  private static var nameList: String {
    names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  /// The choices that are lists; of others the file may give only one.
  private static let lists: Set<String> = ["compare", "experiment", "filter", "log", "note"]

  /// The choices that are paths.
  private static let paths: Set<String> = ["note", "output", "templates"]

  private var values: [String: [String]] = [:]

  /// Choices that were given; empty lists stand for none.
  init(_ values: [String: [String]]) { self.values = values.filter { !$0.value.isEmpty } }

  /// Choices that a program made; throws where there is no such choice.
  init(checking values: [String: [String]]) throws(CommandError) {
    for name in values.keys.sorted() where !Self.names.contains(name) {
      throw CommandError(
        what: "A report has no choice \"\(name)\"",
        fix: "There are \(Self.nameList).",
        exitCode: ExitStatus.usage)
    }
    self.init(values)
  }

  /// The choices in a file; paths are relative to `directory`.
  init(_ file: SettingsFile, in directory: String) throws(CommandError) {
    for key in file.values.keys.sorted(by: { $0.utf8Precedes($1) }) {
      guard let list = file.values[key] else { continue }
      // The flag's name, for people who look there.
      if key == "no-redact" {
        values["redact"] = [list == ["true"] ? "false" : "true"]
        continue
      }
      guard Self.names.contains(key) else {
        throw CommandError(
          what: "Unknown key \"\(key)\" in \(file.name)",
          fix: "It may have \(Self.nameList).",
          exitCode: ExitStatus.usage)
      }
      guard list.count == 1 || Self.lists.contains(key) else {
        throw CommandError(
          what: "\(key) in \(file.name) has \(list.count) values", fix: "Give one.",
          exitCode: ExitStatus.usage)
      }
      values[key] =
        Self.paths.contains(key)
        ? list.map { RepositoryURL.absolutePath($0, in: directory) } : list
    }
  }

  /// These choices where `other` has none.
  func overridden(by other: ReportChoices) -> ReportChoices {
    var values = values
    // A goal is a choice of its own, in whichever of two ways it is written.
    if other["metric"].map({ Self.metric($0).1 != nil }) ?? false { values["goal"] = nil }
    if other["goal"] != nil, let metric = self["metric"] {
      values["metric"] = [Self.metric(metric).0]
    }
    return ReportChoices(values.merging(other.values) { $1 })
  }

  /// All values of a choice.
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// The value of a choice.
  subscript(_ name: String) -> String? { values[name]?.last }

  /// Whether the site is to be one file.
  var isSingleFile: Bool { get throws(CommandError) { try flag("single-file") ?? false } }

  private func flag(_ name: String) throws(CommandError) -> Bool? {
    guard let value = self[name] else { return nil }
    guard let isOn = Bool(value) else {
      throw Self.bad(name, value, mustBe: "true or false")
    }
    return isOn
  }

  /// Changes `options` as chosen, but for what needs the experiments or files.
  func apply(to options: inout ReportOptions) throws(CommandError) {
    if let title = self["title"] { options.title = title }
    if let metric = self["metric"] { (options.metric, options.goal) = Self.metric(metric) }
    if let goal = self["goal"] {
      guard let goal = PrimaryMetric.Goal(rawValue: goal) else {
        throw Self.bad("goal", goal, mustBe: "minimize or maximize")
      }
      if let other = options.goal, other != goal {
        throw CommandError(
          what: "The metric is to be both \(other.rawValue)d and \(goal.rawValue)d",
          fix: "Choose one: --metric \(options.metric ?? ""):\(goal.rawValue)",
          exitCode: ExitStatus.usage)
      }
      options.goal = goal
    }
    if try isSingleFile { options.detailLimit = 50 }
    if let details = self["details"] {
      guard details == "all" || Int(details).map({ $0 >= 0 }) ?? false else {
        throw Self.bad("details", details, mustBe: "a number or all")
      }
      options.detailLimit = Int(details)
    }
    if let smooth = self["smooth"] { options.smoothing = try Self.smoothing(smooth) }
    if let fidelity = self["fidelity"] {
      guard let fidelity = ChartOptions.Fidelity(rawValue: fidelity) else {
        throw Self.bad("fidelity", fidelity, mustBe: "normal or high")
      }
      options.fidelity = fidelity
    }
    if let axis = self["x"] {
      guard let axis = ChartOptions.XAxis(rawValue: axis) else {
        throw Self.bad("x", axis, mustBe: "step or time")
      }
      options.xAxis = axis
    }
    let log = all("log")
    if !log.isEmpty {
      options.logScale = log.contains("all") ? .all : .metrics(Set(log))
    }
    if let sort = self["sort"] { options.sort = ExperimentSort(parsing: sort) }
    if let redact = try flag("redact") { options.withholdsSecrets = redact }
  }

  /// A metric, with `:minimize` or `:maximize` behind it or nothing.
  private static func metric(_ text: String) -> (String, PrimaryMetric.Goal?) {
    for goal in [PrimaryMetric.Goal.minimize, .maximize] where text.hasSuffix(":\(goal.rawValue)") {
      return (String(text.dropLast(goal.rawValue.count + 1)), goal)
    }
    return (text, nil)
  }

  private static func smoothing(_ text: String) throws(CommandError) -> ChartOptions.Smoothing {
    if text == "auto" { return .automatic }
    let isTensorBoard = text.hasPrefix("tb:")
    guard let amount = Double(isTensorBoard ? String(text.dropFirst(3)) : text),
      amount >= 0, amount <= 1
    else {
      throw bad(
        "smooth", text,
        mustBe: "from 0 (not at all) to 1, such as 0.6, tb:0.6 for TensorBoard's, or auto")
    }
    if amount == 0 { return .none }
    return isTensorBoard ? .tensorBoard(amount) : .timeWeighted(amount)
  }

  private static func bad(_ name: String, _ value: String, mustBe rule: String) -> CommandError {
    CommandError(
      what: "--\(name) must be \(rule), not \(value)", exitCode: ExitStatus.usage)
  }
}
