/// A condition on experiments: `optimizer = adam`, `val_loss < 0.1`, `created > 2026-01-01`.
package struct ExperimentFilter: Sendable {
  /// The ways to compare.
  package enum Comparison: String, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  private enum Operand: Sendable {
    /// `null` or `None`: whether the field is set at all.
    case nothing
    /// Whole seconds since 1970.
    case second(Int64)
    /// A value, and the text that it was read from.
    case value(JSONValue, text: String)
  }

  /// What is compared.
  package let field: ExperimentField

  /// How.
  package let comparison: Comparison

  /// What a person should change in the filter, as a sentence.
  package let warning: String?

  private let operand: Operand
  private let now: Timestamp

  /// Reads `NAME OPERATOR VALUE`.
  ///
  /// A name may hold anything but the operators' characters.
  package init(parsing text: String, in context: QueryContext) throws(QueryError) {
    let operators: Set<Character> = ["=", "!", "<", ">"]
    let name = text.prefix { !operators.contains($0) }
    let symbol = text[name.endIndex...].prefix { operators.contains($0) }
    let field = name.trimmed
    let value = text[symbol.endIndex...].trimmed
    guard let comparison = Comparison(rawValue: String(symbol)), !field.isEmpty, !value.isEmpty
    else { throw QueryError.malformedFilter(text) }
    self.field = ExperimentField(field)
    self.comparison = comparison
    warning =
      field == "started"
      ? "The filter name 'started' is deprecated, please use 'created' instead" : nil
    operand = try Self.operand(value, for: self.field, name: field, in: context)
    now = context.now
  }

  /// Whether the condition is that the field is not set: `note = null`.
  package var asksForAbsence: Bool {
    if case .nothing = operand { return comparison == .equal }
    return false
  }

  /// Whether `experiment` fulfils the condition.
  ///
  /// Values of different kinds are different, and neither is smaller. What is missing or null is
  /// different from every value.
  package func matches(_ experiment: Experiment) -> Bool {
    switch operand {
    case .nothing:
      return (field.value(of: experiment, now: now) == nil) == (comparison == .equal)
    case .second(let second):
      return allows(JSONValue.integer(experiment.created.seconds).order(to: .integer(second)))
    case .value(let value, let text):
      if field == .status {
        let status = Self.status(of: experiment, at: now, comparedWith: text)
        return allows(JSONValue.string(status).order(to: .string(text)))
      }
      guard let stored = field.value(of: experiment, now: now) else {
        return comparison == .notEqual
      }
      return allows(Self.order(stored, value, text: text))
    }
  }

  private func allows(_ order: ValueOrder?) -> Bool {
    switch comparison {
    case .equal: order == .equal
    case .notEqual: order != .equal
    case .less: order == .less
    case .lessOrEqual: order == .less || order == .equal
    case .greater: order == .greater
    case .greaterOrEqual: order == .greater || order == .equal
    }
  }

  /// A stored text also compares with a value's own text: `version = 3` finds `"3"`.
  private static func order(_ stored: JSONValue, _ value: JSONValue, text: String) -> ValueOrder? {
    guard case .string = stored else { return stored.order(to: value) }
    if case .string = value, stored.order(to: .string(text)) != .equal {
      return stored.order(to: value)
    }
    return stored.order(to: .string(text))
  }

  /// `running` and `stopped` are all that Keepsake 0.4.2 knows; other words ask for more.
  private static func status(
    of experiment: Experiment, at now: Timestamp, comparedWith text: String
  ) -> String {
    let status = experiment.status(at: now)
    guard text == "running" || text == "stopped" else { return status.rawValue }
    return status.isRunning ? "running" : "stopped"
  }

  private static func operand(
    _ text: String, for field: ExperimentField, name: String, in context: QueryContext
  ) throws(QueryError) -> Operand {
    if text == "null" || text == "None" { return .nothing }
    guard field == .created else {
      return .value(JSONValue(queryText: text, readJSON: context.readJSON), text: text)
    }
    guard let second = DateText.second(of: text, in: context) else {
      throw QueryError.unknownDate(text, name: name)
    }
    return .second(second)
  }
}

extension JSONValue {
  /// The value that a person wrote: a number, a truth value in any case, JSON, or else text.
  init(queryText text: String, readJSON: (String) -> JSONValue?) {
    switch text.lowercased() {
    case "true": self = .bool(true)
    case "false": self = .bool(false)
    case "nan", "[nan]": self = .number(.nan)
    case "inf", "+inf", "infinity", "+infinity", "[+infinity]": self = .number(.infinity)
    case "-inf", "-infinity", "[-infinity]": self = .number(-.infinity)
    default: self = readJSON(text) ?? .string(text)
    }
  }
}
