internal import KeepsakeModel

/// Replaces what looks like a secret by a mark, and keeps count.
///
/// Everything that a report shows goes through it once, before anything is rendered.
struct Redactor {
  /// What stands for a secret.
  static let mark = "[withheld]"
  static let markBytes = Array(mark.utf8)

  /// What was withheld, in the order in which it was found.
  private(set) var withheld: [Withholding] = []

  /// Verdicts on the names that occurred: the same few hundred in every experiment.
  private var verdicts: [String: SecretName] = [:]

  /// Names of params and metrics that hold a secret themselves, and what stands for them: they
  /// stay apart.
  private var aliases: [String: String] = [:]

  /// What looks alike without its secrets, by place, and the numbers that keep it apart.
  private var numbers: [Likeness: [JSONValue: Int]] = [:]

  private struct Likeness: Hashable {
    var place: String
    var redacted: JSONValue
  }

  /// The newest packages without a secret.
  var harmlessPackages = NamedValues()

  /// The experiment that is being looked at.
  var experiment: ExperimentID?

  init() {}

  // MARK: Texts

  /// `text` without its secrets; `nil` when it has none.
  mutating func redacted(
    _ text: String, _ place: @autoclosure () -> String, style: SecretFinder.Style = .value
  ) -> String? {
    guard let (bytes, count) = Self.redacted(text.utf8Span.span, style: style) else { return nil }
    note(count, at: place())
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Replaces the secrets of `text`.
  mutating func redact(
    _ text: inout String, _ place: @autoclosure () -> String, style: SecretFinder.Style = .value
  ) {
    if let new = redacted(text, place(), style: style) { text = new }
  }

  /// A text without its secrets and their number; `nil` when it has none.
  static func redacted(
    _ text: Span<UInt8>, style: SecretFinder.Style
  ) -> (bytes: [UInt8], count: Int)? {
    let secrets = SecretFinder.secrets(in: text, style: style)
    guard !secrets.isEmpty else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    for secret in secrets {
      for index in position..<max(position, secret.lowerBound) { result.append(text[index]) }
      if secret.upperBound > position { result += markBytes }
      position = max(position, secret.upperBound)
    }
    for index in position..<text.count { result.append(text[index]) }
    return (result, secrets.count)
  }

  private mutating func note(_ count: Int, at place: String) {
    if let last = withheld.last, last.place == place, last.experiment == experiment {
      withheld[withheld.count - 1].count += count
    } else {
      withheld.append(Withholding(place: place, experiment: experiment, count: count))
    }
  }

  // MARK: Names

  private mutating func verdict(on name: String) -> SecretName {
    if let known = verdicts[name] { return known }
    let verdict = SecretName(name)
    verdicts[name] = verdict
    return verdict
  }

  /// What stands for a name that holds a secret; `nil` for other names.
  mutating func alias(of name: String, _ place: @autoclosure () -> String) -> String? {
    if let alias = aliases[name] { return alias == name ? nil : alias }
    guard let (bytes, count) = Self.redacted(name.utf8Span.span, style: .value) else {
      aliases[name] = name
      return nil
    }
    note(count, at: place())
    var alias = String(decoding: bytes, as: UTF8.self)
    // Two names must not become one: a table would lose a column.
    var number = 1
    let base = alias
    while aliases.values.contains(alias) {
      number += 1
      alias = "\(base) \(number)"
    }
    aliases[name] = alias
    return alias
  }

  // MARK: Values

  /// A redacted value that differs from those of other experiments in the same place if the
  /// original did: a second one has `[withheld 2]`.
  ///
  /// Numbers of different places say nothing about each other.
  mutating func distinct(
    _ redacted: JSONValue, of original: JSONValue, _ place: String
  ) -> JSONValue {
    let likeness = Likeness(place: place, redacted: redacted)
    let known = numbers[likeness]?[original]
    let number = known ?? (numbers[likeness]?.count ?? 0) + 1
    if known == nil { numbers[likeness, default: [:]][original] = number }
    return number == 1 ? redacted : Self.numbered(redacted, number)
  }

  private static func numbered(_ value: JSONValue, _ number: Int) -> JSONValue {
    switch value {
    case .string(let text): .string(text.replacing(mark, with: "[withheld \(number)]"))
    case .array(let values): .array(values.map { numbered($0, number) })
    case .object(let members):
      .object(members.map { JSONMember($0.name, numbered($0.value, number)) })
    default: value
    }
  }

  /// Replaces the secrets of a text that experiments are compared by.
  mutating func redactCompared(
    _ text: inout String, _ place: StaticString, style: SecretFinder.Style = .value
  ) {
    guard let new = redacted(text, "\(place)", style: style) else { return }
    text = distinct(.string(new), of: .string(text), "\(place)").stringValue ?? new
  }

  /// A named value without its secrets; `nil` when it has none.
  mutating func redacted(
    _ value: JSONValue, named name: String, _ kind: StaticString
  ) -> JSONValue? {
    switch value {
    case .null, .bool, .number: return nil
    case .integer:
      guard verdict(on: name) == .telling else { return nil }
      note(1, at: "\(kind) \(name)")
      return .string(Self.mark)
    case .string(let text):
      if verdict(on: name) != .harmless, Self.isSecretText(text) {
        note(1, at: "\(kind) \(name)")
        return .string(Self.mark)
      }
      return redacted(text, "\(kind) \(name)").map { .string($0) }
    case .array(let values):
      var result = values
      var hasChanged = false
      for (index, value) in values.enumerated() {
        // `["--password", "x"]`: the words of a command.
        let before = index > 0 ? values[index - 1].stringValue ?? "" : ""
        let isTelling =
          before.hasPrefix("-") && !before.contains("=") && verdict(on: before) != .harmless
        guard let new = redacted(value, named: isTelling ? before : name, kind) else { continue }
        result[index] = new
        hasChanged = true
      }
      return hasChanged ? .array(result) : nil
    case .object(let members):
      // Everything below `credentials` is a part of them.
      let isTelling = verdict(on: name) == .telling
      var result = members
      var hasChanged = false
      for (index, member) in members.enumerated() {
        let inner = isTelling ? name : "\(name).\(member.name)"
        if let new = redacted(member.value, named: inner, kind) {
          result[index].value = new
          hasChanged = true
        }
        if let alias = alias(of: member.name, "\(kind) \(name)") {
          result[index].name = alias
          hasChanged = true
        }
      }
      return hasChanged ? .object(result) : nil
    }
  }

  /// Whether a value with a telling name is more than an empty field.
  private static func isSecretText(_ text: String) -> Bool {
    switch text.lowercased() {
    case "", "none", "null", "true", "false", mark: false
    default: true
    }
  }

  /// Replaces the secrets of named values.
  mutating func redact(_ values: inout NamedValues, _ kind: StaticString) {
    var result: [JSONMember]?
    for (index, member) in values.enumerated() {
      let alias = alias(of: member.name, "\(kind) names")
      let value = redacted(member.value, named: member.name, kind).map {
        distinct($0, of: member.value, "\(kind) \(member.name)")
      }
      guard alias != nil || value != nil else { continue }
      if result == nil { result = Array(values) }
      if let alias { result?[index].name = alias }
      if let value { result?[index].value = value }
    }
    if let result { values = NamedValues(result) }
  }

  /// Replaces the secrets of members that this version does not know.
  mutating func redact(_ members: inout [JSONMember], _ kind: StaticString) {
    for index in members.indices {
      let member = members[index]
      if let new = redacted(member.value, named: member.name, kind) { members[index].value = new }
      if let alias = alias(of: member.name, "\(kind) names") { members[index].name = alias }
    }
  }
}
