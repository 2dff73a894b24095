/// The header fields of a request or a response, in order; names match without regard to case.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// Names and values, as they were added.
  package private(set) var fields: [(name: String, value: String)] = []

  /// No fields.
  package init() {}

  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  /// The first value of a field; setting it replaces all of them, `nil` removes them.
  package subscript(name: String) -> String? {
    get { fields.first { Self.matches($0.name, name) }?.value }
    set {
      fields.removeAll { Self.matches($0.name, name) }
      if let newValue { fields.append((name: name, value: newValue)) }
    }
  }

  /// Adds a field, whatever there is of that name.
  package mutating func append(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  private static func matches(_ one: String, _ other: String) -> Bool {
    one.utf8.count == other.utf8.count && one.lowercased() == other.lowercased()
  }

  package static func == (one: HTTPHeaders, other: HTTPHeaders) -> Bool {
    one.fields.elementsEqual(other.fields, by: ==)
  }

  package func hash(into hasher: inout Hasher) {
    for field in fields {
      hasher.combine(field.name)
      hasher.combine(field.value)
    }
  }
}
