internal import KeepsakeJSON
internal import KeepsakeModel

/// A fenced block of a note that becomes a chart or a table of the experiments.
///
/// Each line is `key: value`; blank lines and lines that start with `#` say nothing.
///
///     metric: val_loss            (chart)
///     experiments: 3940b5d, best  (all kinds)
///     filter: optimizer = adam    (all kinds; several must all hold)
///     x: time                     (chart; else step)
///     columns: learning_rate, val_loss   (table)
struct LiveBlock {
  /// What the block becomes.
  enum Kind: String {
    case chart
    case table
    case diff

    /// Reads the words after the opening fence.
    init?(info: String) {
      guard let word = info.split(separator: " ").first, let kind = Kind(rawValue: String(word))
      else { return nil }
      self = kind
    }

    fileprivate var keys: [String] {
      switch self {
      case .chart: ["metric", "experiments", "filter", "limit", "x"]
      case .table: ["columns", "experiments", "filter", "limit"]
      case .diff: ["experiments", "filter", "limit"]
      }
    }
  }

  /// Why a block cannot be shown, and in which of its lines, counted from 1; 0 for the fence.
  struct Failure: Error {
    var reason: String
    var line = 0
  }

  private struct Entry {
    var key: String
    var value: String
    var line: Int
  }

  private let kind: Kind
  private var entries: [Entry] = []

  /// Reads the text between the fences.
  init(kind: Kind, text: String) throws(Failure) {
    self.kind = kind
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.trimmed
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Failure(
          reason: "\(kind.rawValue) blocks have lines such as “\(kind.keys[0]): …”",
          line: index + 1)
      }
      let key = parts[0].trimmed
      guard kind.keys.contains(key) else {
        throw Failure(
          reason: "\(kind.rawValue) blocks know \(kind.keys.joined(separator: ", ")), not \(key)",
          line: index + 1)
      }
      entries.append(Entry(key: key, value: parts[1].trimmed, line: index + 1))
    }
  }

  /// The markup that stands in place of the block, and what is wrong with it all the same.
  ///
  /// - Parameters:
  ///   - id: unique on the page.
  ///   - experiment: the experiment that the note is about, which a block without a choice shows.
  ///   - files: what the block's experiments saved at their start.
  func markup(
    id: String, root: String, experiment: Int?, context: SiteContext, resolver: ReferenceResolver,
    files: ComparedFiles = .init([])
  ) throws(Failure) -> (markup: ByteBuffer, warnings: [Failure]) {
    let names = context.overview.recordedNames
    var warnings = unknownColumns(among: names)
    let (positions, candidateCount) = try positions(
      experiment: experiment, context: context, resolver: resolver, names: names, &warnings)
    let comparison = Comparison(context, positions, root: root, files: files)
    var buffer = ByteBuffer()
    switch kind {
    case .chart:
      let metric = entries.last { $0.key == "metric" }
      guard let name = metric?.value ?? context.overview.metric?.name else {
        throw Failure(reason: "say which metric the chart shows, with “metric: …”")
      }
      guard comparison.metrics.contains(name) else {
        throw Failure(
          reason: "none of these experiments has the metric \(name)", line: metric?.line ?? 0)
      }
      comparison.chart(
        of: name, id: id,
        selection: selection(
          positions.count, of: candidateCount, rankedBy: context.overview.metric),
        over: try axis
      ).append(to: &buffer)
    case .diff:
      guard positions.count > 1 else {
        throw Failure(reason: "a diff needs at least two experiments")
      }
      buffer.append("<div class=\"live differences\">\n")
      _ = comparison.appendTable(to: &buffer)
      files.appendDiffs(to: &buffer)
      buffer.append("</div>\n")
    case .table:
      let columns = entries.filter { $0.key == "columns" }.flatMap { Self.items($0.value) }
      buffer.append("<div class=\"live\">\n")
      LiveTable(context, positions, root: root, columns: columns).append(to: &buffer)
      buffer.append("</div>\n")
    }
    return (buffer, warnings)
  }

  /// The experiments that a block of differences shows; empty for other blocks, and where they
  /// cannot be told.
  func compared(experiment: Int?, context: SiteContext, resolver: ReferenceResolver) -> [Int] {
    guard kind == .diff else { return [] }
    var warnings: [Failure] = []
    do throws(Failure) {
      return try positions(
        experiment: experiment, context: context, resolver: resolver,
        names: context.overview.recordedNames, &warnings
      ).chosen
    } catch {
      // The block says so when it is shown.
      return []
    }
  }

  /// What a chart's values stand over; `nil` where the block does not say.
  private var axis: ChartOptions.XAxis? {
    get throws(Failure) {
      guard let entry = entries.last(where: { $0.key == "x" }) else { return nil }
      guard let axis = ChartOptions.XAxis(rawValue: entry.value) else {
        throw Failure(reason: "x must be step or time", line: entry.line)
      }
      return axis
    }
  }

  /// How the experiments were chosen, where there are more.
  private func selection(
    _ count: Int, of candidateCount: Int, rankedBy metric: PrimaryMetric?
  ) -> String? {
    guard count < candidateCount else { return nil }
    let isNamed = entries.contains { $0.key == "experiments" }
    let order = isNamed ? "first" : metric == nil ? "newest" : "best"
    let text = "the \(order) \(count) of \(candidateCount) experiments"
    guard order == "best", let metric else { return text }
    return text + " by \(metric.name)"
  }

  private func unknownColumns(among names: Set<String>) -> [Failure] {
    let known = names.union(LiveTable.builtInColumns)
    return entries.filter { $0.key == "columns" }.flatMap { entry in
      Self.items(entry.value).filter { !known.contains($0) }.map {
        Self.unknown($0, line: entry.line, among: known)
      }
    }
  }

  private static func unknown(_ name: String, line: Int, among names: Set<String>) -> Failure {
    var reason = "no experiment here has a param or metric called \(name)"
    if let near = NearbyNames.list(name, among: names) { reason += " (did you mean \(near)?)" }
    return Failure(reason: reason, line: line)
  }

  private static func items(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
  }

  private func positions(
    experiment: Int?, context: SiteContext, resolver: ReferenceResolver, names: Set<String>,
    _ warnings: inout [Failure]
  ) throws(Failure) -> (chosen: [Int], candidateCount: Int) {
    var chosen: [Int] = []
    var isChosen = false
    for entry in entries where entry.key == "experiments" {
      isChosen = true
      for item in entry.value.split(whereSeparator: { $0 == "," || $0 == " " }) {
        do {
          let position = try resolver.experiment(String(item))
          if !chosen.contains(position) { chosen.append(position) }
        } catch {
          throw Failure(reason: error.reason, line: entry.line)
        }
      }
    }
    let filters = try filters(now: context.input.now)
    for (filter, line) in filters {
      guard case .named(let name) = filter.field, !names.contains(name), !filter.asksForAbsence
      else { continue }
      warnings.append(Self.unknown(name, line: line, among: names))
    }
    let overview = context.overview
    if !isChosen {
      // A filter speaks about all experiments; without one the note is about its own.
      if let experiment, filters.isEmpty, kind != .diff {
        chosen = [experiment]
      } else {
        chosen = overview.ranking
      }
    }
    chosen = chosen.filter { position in
      filters.allSatisfy { $0.filter.matches(overview.experiments[position].experiment) }
    }
    let candidateCount = chosen.count
    if let entry = entries.last(where: { $0.key == "limit" }) {
      guard let limit = Int(entry.value), limit > 0 else {
        throw Failure(reason: "the limit must be a number above 0", line: entry.line)
      }
      chosen = Array(chosen.prefix(limit))
    } else if !isChosen {
      chosen = Array(chosen.prefix(kind == .table ? 20 : 8))
    }
    guard !chosen.isEmpty else {
      throw warnings.last ?? Failure(reason: "no experiment fulfils the filter")
    }
    return (Array(chosen.prefix(200)), candidateCount)
  }

  private func filters(
    now: Timestamp
  ) throws(Failure) -> [(filter: ExperimentFilter, line: Int)] {
    let queries = QueryContext(
      now: now,
      readJSON: { text in
        let bytes = Array(text.utf8)
        return try? JSONCursor.read(bytes.span) { (cursor) throws(JSONError) in
          try cursor.value()
        }
      })
    var filters: [(filter: ExperimentFilter, line: Int)] = []
    for entry in entries where entry.key == "filter" {
      do {
        filters.append((try ExperimentFilter(parsing: entry.value, in: queries), entry.line))
      } catch {
        throw Failure(
          reason: "“\(entry.value)” is not a filter such as “optimizer = adam”", line: entry.line)
      }
    }
    return filters
  }
}
