internal import KeepsakeModel

/// The experiments that others are compared with: the baseline, the best and the next best.
struct Rivals: Sendable {
  private let baseline: Int?
  private let best: [Int]
  private var opponents: [Int: Opponent] = [:]

  /// Reads the lists of the files that they saved.
  init(_ context: SiteContext) async {
    let overview = context.overview
    baseline = context.options.baseline.flatMap { overview.position(of: $0) }
    best = Array(overview.best.prefix(2))
    let named: [(Int?, StaticString)] = [
      (baseline, "the baseline"), (best.first, "the best"),
      (best.dropFirst().first, "the next best"),
    ]
    for (position, name) in named {
      guard let position, opponents[position] == nil else { continue }
      let summary = overview.experiments[position]
      let files = await SavedFiles.load(summary, from: context.input.snapshots, isBrief: true)
      opponents[position] = Opponent(summary, named: name, start: files.start)
    }
  }

  /// Those that the experiment at a position is compared with: the baseline and the best, or the
  /// next best where it is the best itself.
  func opponents(of own: Int) -> [Opponent] {
    var positions = [baseline].compactMap { $0 }
    positions += best.filter { $0 != own }.prefix(1)
    var list: [Opponent] = []
    for position in positions where position != own {
      guard let opponent = opponents[position], !list.contains(where: { $0.id == opponent.id })
      else { continue }
      list.append(opponent)
    }
    return list
  }
}
