internal import KeepsakeJSON
internal import KeepsakeModel

/// The members of a request, but for those of the most frequent one.
struct RequestMembers {
  private var members: [String: JSONValue] = [:]

  /// Adds a member; a null says nothing.
  mutating func add(_ name: String, _ value: JSONValue) {
    members[name] = value == .null ? nil : value
  }

  subscript(name: String) -> JSONValue? { members[name] }

  /// Reads the members that the verb called `name` has.
  func verb(_ name: String, _ experiment: ExperimentID?) throws(JSONError) -> Request.Verb {
    switch name {
    case "start": return .start(try start(), try place())
    case "wait": return .wait(try require(experiment, "experiment"))
    case "stop":
      let experiment = try require(experiment, "experiment")
      return .stop(experiment, try outcome(), exitCode: try integer("exit_code").map { Int($0) })
    case "list": return .list(try list(), try place())
    case "get": return .get(prefix: try prefix(), try kind(), try place())
    case "is_running": return .isRunning(prefix: try prefix(), try place())
    case "checkout": return .checkout(try checkout(), try place())
    case "open":
      return .open(prefix: try prefix(), path: try require(text("path"), "path"), try place())
    case "delete": return .delete(prefixes: try texts("prefixes"), try place())
    case "report": return .report(choices: try choices(), try place())
    default: throw wrong("the verb \"\(name)\" is unknown")
    }
  }

  private func start() throws(JSONError) -> Request.Start {
    var start = Request.Start()
    start.params = try values("params")
    start.path = try text("path")
    start.command = try text("command") ?? ""
    start.pythonVersion = try text("python_version") ?? ""
    start.packages = try values("python_packages")
    start.hasHeartbeat = try bool("heartbeat") ?? true
    start.resumedFrom = try text("resumed_from")
    start.resume = try text("resume")
    start.takesOver = try bool("take_over") ?? false
    return start
  }

  private func outcome() throws(JSONError) -> Ending.Outcome {
    guard let text = try text("outcome") else { return .finished }
    return try require(Ending.Outcome(rawValue: text), "outcome")
  }

  private func list() throws(JSONError) -> Request.List {
    var list = Request.List()
    list.filters = try texts("filters")
    list.sort = try text("sort") ?? list.sort
    list.includesCheckpoints = try bool("checkpoints") ?? true
    return list
  }

  private func kind() throws(JSONError) -> Request.Kind? {
    guard let text = try text("kind") else { return nil }
    return try require(Request.Kind(rawValue: text), "kind")
  }

  private func checkout() throws(JSONError) -> Request.Checkout {
    var checkout = Request.Checkout(prefix: try prefix())
    checkout.output = try text("output")
    checkout.path = try text("path")
    checkout.overwrites = try bool("force") ?? false
    return checkout
  }

  private func choices() throws(JSONError) -> [String: [String]] {
    guard let value = members["choices"] else { return [:] }
    guard case .object(let choices) = value else { throw wrong("\"choices\" must be an object") }
    var result: [String: [String]] = [:]
    for choice in choices where choice.value != .null {
      if case .array(let elements) = choice.value {
        var texts: [String] = []
        for element in elements { texts.append(try scalar(element, choice.name)) }
        result[choice.name] = texts
      } else {
        result[choice.name] = [try scalar(choice.value, choice.name)]
      }
    }
    return result
  }

  /// A text, a number or a truth value as a person would write it.
  private func scalar(_ value: JSONValue, _ name: String) throws(JSONError) -> String {
    switch value {
    case .string(let text): return text
    case .bool(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    case .number(let value): return "\(value)"
    default: throw wrong("\"\(name)\" must be a text, a number, true, false or a list of them")
    }
  }

  private func place() throws(JSONError) -> Request.Place {
    let directory = try text("working_directory")
    if let directory, !directory.hasPrefix("/") {
      throw wrong("\"working_directory\" must be an absolute path")
    }
    return Request.Place(
      workingDirectory: directory, project: try text("project"),
      repository: try text("repository"))
  }
}

// MARK: - Members of one type

extension RequestMembers {
  private func wrong(_ reason: String) -> JSONError { JSONError(reason: reason, offset: 0) }

  private func require<Value>(_ value: Value?, _ name: String) throws(JSONError) -> Value {
    guard let value else { throw wrong("\"\(name)\" is missing or makes no sense") }
    return value
  }

  private func prefix() throws(JSONError) -> String { try require(text("prefix"), "prefix") }

  private func text(_ name: String) throws(JSONError) -> String? {
    guard let value = members[name] else { return nil }
    guard case .string(let text) = value else { throw wrong("\"\(name)\" must be a text") }
    return text
  }

  private func bool(_ name: String) throws(JSONError) -> Bool? {
    guard let value = members[name] else { return nil }
    guard case .bool(let bool) = value else { throw wrong("\"\(name)\" must be true or false") }
    return bool
  }

  private func integer(_ name: String) throws(JSONError) -> Int64? {
    guard let value = members[name] else { return nil }
    guard case .integer(let number) = value else { throw wrong("\"\(name)\" must be an integer") }
    return number
  }

  private func texts(_ name: String) throws(JSONError) -> [String] {
    guard let value = members[name] else { return [] }
    guard case .array(let elements) = value else { throw wrong("\"\(name)\" must be a list") }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else {
        throw wrong("\"\(name)\" must be a list of texts")
      }
      texts.append(text)
    }
    return texts
  }

  private func values(_ name: String) throws(JSONError) -> NamedValues {
    guard let value = members[name] else { return [:] }
    guard case .object(let members) = value else { throw wrong("\"\(name)\" must be an object") }
    return NamedValues(members)
  }
}
