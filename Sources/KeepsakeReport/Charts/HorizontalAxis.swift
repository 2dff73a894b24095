/// What the values of a line chart stand over.
enum HorizontalAxis: Sendable, Hashable {
  case step
  /// Checkpoints counted from 1, where all have the same step.
  case checkpoint
  case time(TimeUnit)

  /// A unit of the time since an experiment's start.
  enum TimeUnit: String, Sendable, Hashable, CaseIterable {
    case seconds
    case minutes
    case hours
    case days

    /// Its length in seconds.
    var length: Double {
      switch self {
      case .seconds: 1
      case .minutes: 60
      case .hours: 3600
      case .days: 86_400
      }
    }

    /// The unit in which `duration`, in seconds, is read best: at least three of it.
    init(for duration: Double) {
      self = Self.allCases.last { duration >= 3 * $0.length } ?? .seconds
    }
  }

  /// The axis of series whose steps are training steps, or seconds for `.time`.
  init(_ choice: ChartOptions.XAxis, of series: [ChartSeries]) {
    let ranges = series.compactMap(\.stepRange)
    if choice == .time {
      self = .time(TimeUnit(for: ranges.map(\.upperBound).max() ?? 0))
    } else if let first = ranges.first, first.lowerBound == first.upperBound,
      ranges.allSatisfy({ $0 == first }), series.contains(where: { $0.steps.count > 1 })
    {
      self = .checkpoint
    } else {
      self = .step
    }
  }

  /// A series in the unit of the axis.
  func placed(_ series: ChartSeries) -> ChartSeries {
    switch self {
    case .step: series
    case .checkpoint: series.numbered()
    case .time(let unit): series.divided(by: unit.length)
    }
  }

  /// What stands below the axis.
  var title: String {
    isCounted ? name : "\(name) since the start"
  }

  /// What its numbers count.
  var name: String {
    switch self {
    case .step: "step"
    case .checkpoint: "checkpoint"
    case .time(let unit): unit.rawValue
    }
  }

  /// Whether there is nothing between two whole numbers.
  var isCounted: Bool {
    if case .time = self { false } else { true }
  }

  /// The word before a place on the axis: *at* step 12, *after* 3 minutes.
  var preposition: StaticString {
    isCounted ? "at " : "after "
  }
}

extension ByteBuffer {
  /// Appends a place on an axis: `step 12`, `3.5 minutes`.
  mutating func append(place: Double, on axis: HorizontalAxis) {
    if axis.isCounted {
      append(markup: axis.name)
      append(" ")
      append(cell: place)
    } else {
      append(cell: place)
      append(" ")
      append(markup: axis.name)
    }
  }
}
