internal import KeepsakeModel

/// The table of `ls`: a row for each experiment, with what differs between them.
struct ExperimentTable {
  private let experiments: [Experiment]
  private let now: Timestamp
  private let params: [String]
  private let metrics: [String]

  /// How many bytes of a value are shown.
  private static let valueLimit = 20

  /// - Parameter showsAll: whether params and metrics that do not differ are shown, too.
  init(_ experiments: [Experiment], now: Timestamp, showsAll: Bool) {
    self.experiments = experiments
    self.now = now
    params = showsAll ? Self.scalarParams(of: experiments) : Self.differingParams(of: experiments)
    metrics = showsAll ? Self.allMetrics(of: experiments) : Self.primaryMetrics(of: experiments)
  }

  /// The table's cells.
  var grid: Grid {
    var columns: [(title: String, isFlexible: Bool, cell: (Experiment) -> [String])] = [
      ("EXPERIMENT", false, { [$0.id.short] }),
      ("STARTED", false, { [$0.created.relative(to: now)] }),
      ("STATUS", false, { [$0.status(at: now).rawValue] }),
    ]
    if differs(\.host) { columns.append(("HOST", true, { [$0.host] })) }
    if differs(\.user) { columns.append(("USER", true, { [$0.user] })) }
    columns.append(("PARAMS", true, paramCell))
    if experiments.contains(where: { $0.checkpoints.bestRow != nil }) {
      columns.append(
        ("BEST CHECKPOINT", true, { checkpointCell($0.checkpoints, $0.checkpoints.bestRow) }))
    }
    columns.append(
      ("LATEST CHECKPOINT", true, { checkpointCell($0.checkpoints, $0.checkpoints.latestRow) }))
    var grid = Grid(header: columns.map(\.title))
    grid.flexibleColumns = Set(columns.indices.filter { columns[$0].isFlexible })
    grid.rows = experiments.map { experiment in
      columns.map { $0.cell(experiment).map { ControlCharacters.replaced(in: $0) } }
    }
    return grid
  }

  private func differs(_ text: KeyPath<Experiment, String>) -> Bool {
    experiments.contains { $0[keyPath: text] != experiments[0][keyPath: text] }
  }

  private func paramCell(_ experiment: Experiment) -> [String] {
    params.compactMap { name in
      experiment.params[name].map {
        "\(name)=\(ValueText.short($0, limit: Self.valueLimit))"
      }
    }
  }

  private func checkpointCell(_ checkpoints: CheckpointTable, _ row: Int?) -> [String] {
    guard let row else { return [] }
    let title = "\(checkpoints.ids[row].short) (step \(checkpoints.steps[row]))"
    return [title]
      + metrics.compactMap { name in
        checkpoints.value(of: name, at: row).map {
          "\(name)=\(ValueText.short($0, limit: Self.valueLimit))"
        }
      }
  }
}

extension ExperimentTable {
  /// Names of params that are no list or object in some experiment.
  private static func scalarParams(of experiments: [Experiment]) -> [String] {
    sorted(experiments.flatMap { $0.params.filter { $0.value.isScalar }.map(\.name) })
  }

  /// Names of params that differ from the first experiment that has them.
  private static func differingParams(of experiments: [Experiment]) -> [String] {
    var first: [String: JSONValue] = [:]
    var names: Set<String> = []
    for experiment in experiments {
      for param in experiment.params where param.value.isScalar {
        if let value = first[param.name] {
          if value.order(to: param.value) != .equal { names.insert(param.name) }
        } else {
          first[param.name] = param.value
        }
      }
    }
    return sorted(names)
  }

  /// The primary metric of every best checkpoint.
  private static func primaryMetrics(of experiments: [Experiment]) -> [String] {
    sorted(
      experiments.compactMap { experiment in
        let checkpoints = experiment.checkpoints
        guard let row = checkpoints.bestRow else { return nil }
        return (checkpoints.primaryMetric(at: row) ?? checkpoints.primaryMetric)?.name
      })
  }

  /// Every metric of the best checkpoints, or of the latest where there is no best.
  private static func allMetrics(of experiments: [Experiment]) -> [String] {
    sorted(experiments.flatMap { $0.representative?.metrics.map(\.name) ?? [] })
  }

  private static func sorted(_ names: some Sequence<String>) -> [String] {
    Set(names).sorted { $0.utf8Precedes($1) }
  }
}

extension JSONValue {
  fileprivate var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}
