/// Named values, sorted bytewise by name, each name once: an experiment's params or a
/// checkpoint's metrics.
public struct NamedValues: Sendable, Hashable, RandomAccessCollection {
  private var members: [JSONMember]

  /// Sorts `members` by name; of members with the same name the last one stays.
  public init(_ members: some Sequence<JSONMember>) { self.init(Array(members)) }

  /// Sorts `members` by name; of members with the same name the last one stays.
  public init(_ members: [JSONMember]) {
    // Files hold them sorted.
    if members.indices.dropFirst().allSatisfy({
      members[$0 - 1].name.utf8Precedes(members[$0].name)
    }) {
      self.members = members
      return
    }
    let sorted = members.enumerated().sorted {
      $0.element.name == $1.element.name
        ? $0.offset < $1.offset : $0.element.name.utf8Precedes($1.element.name)
    }
    self.members = []
    self.members.reserveCapacity(sorted.count)
    for (_, member) in sorted {
      if self.members.last?.name == member.name { self.members.removeLast() }
      self.members.append(member)
    }
  }

  /// No values.
  public init() { members = [] }

  public var startIndex: Int { 0 }
  public var endIndex: Int { members.count }
  public subscript(position: Int) -> JSONMember { members[position] }

  /// The value called `name`. O(log n).
  public subscript(name: String) -> JSONValue? {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      if members[middle].name.utf8Precedes(name) { low = middle + 1 } else { high = middle }
    }
    return low < members.count && members[low].name == name ? members[low].value : nil
  }
}

extension NamedValues: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, any JSONConvertible)...) {
    self.init(elements.map { JSONMember($0.0, $0.1.jsonValue) })
  }
}

extension String {
  /// Whether this text's UTF-8 bytes sort before those of `other`.
  package func utf8Precedes(_ other: String) -> Bool {
    let (a, b) = (utf8Span.span, other.utf8Span.span)
    for index in 0..<min(a.count, b.count) where a[index] != b[index] { return a[index] < b[index] }
    return a.count < b.count
  }
}
