internal import KeepsakeModel

/// Which params differ between experiments.
struct ParamSurvey: Sendable {
  /// A param that is not the same everywhere.
  struct Varying: Sendable, Hashable {
    var name: String
    /// Whether all its values are numbers.
    var isNumeric: Bool
    /// How many experiments have it.
    var count: Int
  }

  /// Params that differ between experiments or that some lack, in natural order.
  private(set) var varying: [Varying] = []

  /// Params that are the same in all experiments, in natural order.
  private(set) var constant: [JSONMember] = []

  private struct Tally {
    var value: JSONValue
    var count = 1
    var differs = false
    var isNumeric: Bool
  }

  init(_ all: [NamedValues]) {
    var tallies: [String: Tally] = [:]
    for params in all {
      for param in params {
        let isNumeric = param.value.isNumber
        if var tally = tallies[param.name] {
          tally.count += 1
          if !tally.differs, tally.value != param.value { tally.differs = true }
          tally.isNumeric = tally.isNumeric && isNumeric
          tallies[param.name] = tally
        } else {
          tallies[param.name] = Tally(value: param.value, isNumeric: isNumeric)
        }
      }
    }
    for (name, tally) in tallies.sorted(by: { $0.key.naturallyPrecedes($1.key) }) {
      if tally.differs || tally.count < all.count {
        varying.append(Varying(name: name, isNumeric: tally.isNumeric, count: tally.count))
      } else {
        constant.append(JSONMember(name, tally.value))
      }
    }
  }
}

extension JSONValue {
  /// Whether the value is a number, not counting true and false.
  var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }
}
