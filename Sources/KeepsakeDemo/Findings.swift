/// What the runs of a sweep show, computed from their best moments.
struct Findings {
  /// The runs of one configuration, which differ in their seeds only.
  struct Group {
    let configuration: String
    let runs: [Run]

    init(_ runs: [Run]) {
      configuration = runs[0].settings.configuration
      self.runs = runs
    }

    var settings: Hyperparameters { runs[0].settings }
    var losses: [Double] { runs.map(\.loss) }
    var meanLoss: Double { losses.reduce(0, +) / Double(runs.count) }
    var smallest: Double { losses.min() ?? .infinity }
    var largest: Double { losses.max() ?? .infinity }
    var spread: Double { largest - smallest }
  }

  /// The configurations whose runs all reached their end, best mean loss first.
  let ranking: [Group]

  /// The runs that did not reach their end.
  let diverged: [Run]

  /// The run with the smallest loss.
  let bestRun: Run

  /// The best run of the other kind of model, with or without hidden units.
  let rival: Run

  private let runCount: Int
  private let data: Split

  /// Compares `runs`, at least one of which reached its end.
  init(of runs: [Run], data: Split) {
    let completed = runs.filter { $0.divergedAt == nil }
    let ordered = completed.sorted { $0.loss < $1.loss }
    let best = ordered[0]
    bestRun = best
    rival = ordered.first { ($0.settings.hidden == 0) != (best.settings.hidden == 0) } ?? best
    diverged = runs.filter { $0.divergedAt != nil }
    let lost = Set(diverged.map(\.settings.configuration))
    ranking = Dictionary(grouping: completed, by: \.settings.configuration)
      .filter { !lost.contains($0.key) }.map { Group($0.value) }
      .sorted { ($0.meanLoss, $0.configuration) < ($1.meanLoss, $1.configuration) }
    runCount = runs.count
    self.data = data
  }

  /// The findings as a note in CommonMark.
  var markdown: String {
    let paragraphs = [
      "# What the sweep found", setup, winner, hiddenLayer, learningRate, seeds, divergence,
      reading,
    ]
    return paragraphs.compactMap(\.self).joined(separator: "\n\n") + "\n"
  }

  private var setup: String {
    """
    \(runCount) runs learnt to tell three species of iris apart from four measurements: \
    \(data.training.count) flowers to learn from, \(data.validation.count) held out, the same ones \
    in every run. A run is judged by its smallest `val/loss`, a configuration by the mean of that \
    over its seeds. The epoch is chosen on the same held-out flowers, so new flowers would do a \
    little worse.
    """
  }

  private var winner: String? {
    guard let best = ranking.first else { return nil }
    return """
      **Best configuration:** \(best.configuration). Its mean loss over \(best.runs.count) seeds \
      is \(best.meanLoss.fixed(3)), between \(best.smallest.fixed(3)) and \
      \(best.largest.fixed(3)). \(closeness)

      **Best run:** \(link(bestRun)) reached \(bestRun.loss.fixed(3)) in epoch \
      \(bestRun.bestEpoch) of \(bestRun.settings.epochs), with \
      \(errors(of: bestRun)) among the held-out flowers (accuracy \(bestRun.accuracy.fixed(3))).
      """
  }

  /// Whether the lead of the best configuration is larger than what the seed does.
  private var closeness: String {
    guard ranking.count > 1 else { return "" }
    let (first, second) = (ranking[0], ranking[1])
    let lead = second.meanLoss - first.meanLoss
    let verdict =
      lead > max(first.spread, second.spread)
      ? "the gap is wider than what the seed does in either"
      : "the gap is narrower than what the seed does, so take it as a draw"
    return "Next is \(second.configuration) with \(second.meanLoss.fixed(3)): \(verdict)."
  }

  private var hiddenLayer: String? {
    guard let plain = ranking.first(where: { $0.settings.hidden == 0 }),
      let deep = ranking.first(where: { $0.settings.hidden > 0 })
    else { return nil }
    let change = (1 - deep.meanLoss / plain.meanLoss) * 100
    return """
      **A hidden layer** \(change > 0 ? "helps" : "does not help"): softmax regression at its best \
      (\(plain.configuration)) has a mean loss of \(plain.meanLoss.fixed(3)), the perceptron at \
      its best (\(deep.configuration)) \(deep.meanLoss.fixed(3)), \(change.magnitude.fixed(0))% \
      \(change > 0 ? "less" : "more").
      """
  }

  private var learningRate: String? {
    guard let worst = ranking.last else { return nil }
    let late = worst.runs.filter { $0.bestEpoch == $0.settings.epochs }.count
    let reason =
      late == 0
      ? "."
      : ", and \(late) of its \(worst.runs.count) runs were still improving at the end: too slow."
    return "**Last** comes \(worst.configuration) with \(worst.meanLoss.fixed(3))\(reason)"
  }

  private var seeds: String? {
    guard let wide = ranking.max(by: { $0.spread < $1.spread }),
      let narrow = ranking.min(by: { $0.spread < $1.spread })
    else { return nil }
    return """
      **Seeds** matter most for \(wide.configuration): the loss lies anywhere between \
      \(wide.smallest.fixed(3)) and \(wide.largest.fixed(3)). They matter least for \
      \(narrow.configuration), between \(narrow.smallest.fixed(3)) and \(narrow.largest.fixed(3)).
      """
  }

  private var divergence: String? {
    guard !diverged.isEmpty else { return nil }
    let list = diverged.map { "\(link($0)) in epoch \($0.divergedAt ?? 0)" }
    return """
      **Diverged:** \(list.joined(separator: "; ")). A learning rate that large makes the weights \
      grow until the loss is not a number.
      """
  }

  private var reading: String {
    """
    The held-out flowers were looked at every \(validationInterval) epochs, and the weights saved \
    with the result: `keepsake checkout \(bestRun.shortID) -o best` brings back the best \
    model with its `config.json` and data, and \
    `keepsake diff --files \(rival.shortID) \(bestRun.shortID)` compares it with the best \
    \(rival.settings.hidden == 0 ? "softmax regression" : "perceptron").
    """
  }

  private func link(_ run: Run) -> String { "[\(run.name)](experiment:\(run.shortID))" }

  private func errors(of run: Run) -> String {
    let count = Int(((1 - run.accuracy) * Double(data.validation.count)).rounded())
    return count == 1 ? "1 mistake" : "\(count) mistakes"
  }
}
