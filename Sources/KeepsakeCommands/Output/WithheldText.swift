internal import KeepsakeModel
internal import KeepsakeReport

/// What a report withheld, in words: how much and where, never what.
struct WithheldText {
  /// At most so many places are named.
  private static let placeLimit = 12

  /// At most so many experiments are named for a place.
  private static let experimentLimit = 3

  private struct Place {
    var name: String
    var count = 0
    var experiments: [ExperimentID] = []
  }

  private var places: [Place] = []
  private var count = 0

  init(_ withheld: [Withholding]) {
    var positions: [String: Int] = [:]
    for item in withheld {
      let position = positions[item.place] ?? places.count
      if position == places.count {
        positions[item.place] = position
        places.append(Place(name: item.place))
      }
      places[position].count += item.count
      if let id = item.experiment, places[position].experiments.last != id {
        places[position].experiments.append(id)
      }
      count += item.count
    }
    places.sort { $0.count == $1.count ? $0.name.utf8Precedes($1.name) : $0.count > $1.count }
  }

  /// The sentences; `nil` when nothing was withheld.
  var text: String? {
    guard count > 0 else { return nil }
    var lines = [
      count == 1
        ? "Withheld a value that looks like a secret; the report shows [withheld] instead:"
        : "Withheld \(count) values that look like secrets; the report shows [withheld] instead:"
    ]
    for place in places.prefix(Self.placeLimit) { lines.append("  \(line(for: place))") }
    let rest = places.count - Self.placeLimit
    if rest > 0 { lines.append("  … and \(rest) more places") }
    lines.append("With --no-redact the report shows them.")
    return lines.joined(separator: "\n")
  }

  private func line(for place: Place) -> String {
    var line = place.name
    let ids = place.experiments
    if ids.count > Self.experimentLimit {
      let named = ids.prefix(Self.experimentLimit).map(\.short).joined(separator: ", ")
      line += " of \(ids.count) experiments: \(named) …"
    } else if !ids.isEmpty {
      line += " of \(ids.map(\.short).joined(separator: ", "))"
    }
    let expected = max(1, ids.count)
    return place.count > expected ? "\(line) (\(place.count) values)" : line
  }
}
