internal import KeepsakeModel

/// The order in which metrics appear: the primary one first, then those of its group, then those
/// of no group, then the other groups.
///
/// Metrics with a common prefix are a group: `train` of `train/loss`.
enum MetricOrder {
  /// What a name belongs to.
  static func group(of name: String) -> Substring {
    name.firstIndex(of: "/").map { name[..<$0] } ?? ""
  }

  /// Metrics in order.
  static func sorted(_ columns: [MetricColumn], primary: String?) -> [MetricColumn] {
    sorted(columns, primary: primary, name: \.name)
  }

  /// Names in order.
  static func sorted(_ names: some Sequence<String>, primary: String?) -> [String] {
    sorted(Array(names), primary: primary) { $0 }
  }

  /// Anything with the name of a metric, in order.
  static func sorted<Item>(
    _ items: [Item], primary: String?, name: (Item) -> String
  ) -> [Item] {
    let own = primary.map(group)
    return items.map { (item: $0, key: Key(name($0), primary: primary, group: own)) }
      .sorted { $0.key < $1.key }.map(\.item)
  }

  /// All names, those that should not be left out first: after the primary one, its group and those
  /// of no group come the first of each other group, then the second of each.
  static func byImportance(_ names: some Sequence<String>, primary: String?) -> [String] {
    let own = primary.map(group)
    var counts: [Substring: Int] = [:]
    let ranked = sorted(names, primary: primary).map { name -> (name: String, round: Int) in
      let group = group(of: name)
      if name == primary || group == own || group.isEmpty { return (name, 0) }
      counts[group, default: 0] += 1
      return (name, counts[group] ?? 0)
    }
    return ranked.enumerated().sorted {
      $0.element.round == $1.element.round
        ? $0.offset < $1.offset : $0.element.round < $1.element.round
    }.map(\.element.name)
  }

  /// At most `limit` names that should not be left out, in order.
  static func first(
    _ limit: Int, of names: some Sequence<String>, primary: String?
  ) -> [String] {
    sorted(byImportance(names, primary: primary).prefix(limit), primary: primary)
  }

  private struct Key {
    var name: String
    var group: String
    var rank: Int

    init(_ name: String, primary: String?, group own: Substring?) {
      self.name = name
      let group = MetricOrder.group(of: name)
      self.group = String(group)
      rank = name == primary ? 0 : group == own ? 1 : group.isEmpty ? 2 : 3
    }

    static func < (a: Key, b: Key) -> Bool {
      if a.rank != b.rank { return a.rank < b.rank }
      if a.group != b.group { return a.group.naturallyPrecedes(b.group) }
      return a.name.naturallyPrecedes(b.name)
    }
  }
}
