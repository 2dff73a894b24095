/// Names that somebody may have meant.
package enum NearbyNames {
  /// Up to `limit` of `names` that are spelled like `name`, the nearest first.
  package static func of(
    _ name: String, among names: some Sequence<String>, limit: Int = 3
  ) -> [String] {
    let wanted = name.lowercased()
    let rated = names.compactMap { candidate -> (name: String, distance: Int)? in
      let other = candidate.lowercased()
      if other == wanted { return (candidate, 0) }
      // `loss` for `val/loss`.
      if wanted.utf8.count > 2, other.contains(wanted) || wanted.contains(other), other.count > 2 {
        return (candidate, 1)
      }
      let distance = distance(wanted, other)
      return distance <= max(1, min(3, wanted.count / 3)) ? (candidate, distance + 1) : nil
    }
    return rated.sorted {
      $0.distance == $1.distance ? $0.name.utf8Precedes($1.name) : $0.distance < $1.distance
    }.prefix(limit).map(\.name)
  }

  /// Levenshtein's distance.
  package static func distance(_ a: String, _ b: String) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        (diagonal, row[j + 1]) = (
          row[j + 1], min(diagonal + (x == y ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        )
      }
    }
    return row[b.count]
  }

  /// The names near `name` as a list, such as `val_loss or train_loss`; `nil` where none is near.
  package static func list(_ name: String, among names: some Sequence<String>) -> String? {
    let near = of(name, among: names)
    guard let last = near.last else { return nil }
    return near.count > 1 ? "\(near.dropLast().joined(separator: ", ")) or \(last)" : last
  }
}
