internal import KeepsakeModel

/// A page of the table of all experiments, in one of its two orders.
struct IndexPage: Sendable {
  /// How many rows a page has: browsers take seconds for tables of ten thousand.
  static let rowsPerPage = 100

  /// From this size of their markup notes are folded: people come for the table.
  static let longNote = 1500

  let context: SiteContext
  let order: ExperimentTable.Order
  /// The page's number, from 0.
  let number: Int

  /// The number of pages of an order.
  static func count(for overview: Overview) -> Int {
    max(1, (overview.experiments.count + rowsPerPage - 1) / rowsPerPage)
  }

  /// The path of the page with a number.
  static func path(_ order: ExperimentTable.Order, _ number: Int) -> String {
    number == 0 ? "\(order.pageName).html" : "\(order.pageName)-\(number + 1).html"
  }

  /// The page's content.
  func page(table: ExperimentTable, notes: ByteBuffer, rowsPath: String) -> Page {
    let overview = context.overview
    var heading = order == .best ? "By \(overview.metric?.name ?? "metric")" : ""
    if number > 0 {
      heading = heading.isEmpty ? "Page \(number + 1)" : "\(heading), page \(number + 1)"
    }
    let hasNotes = number == 0 && order == .newest && notes.count > 0
    var page = context.page(
      .index, root: "", heading: heading,
      scripts: hasNotes && notes.hasCharts ? [.table, .readouts] : [.table])
    page.set("heading", text: context.options.title)
    page.set("hasExperiments", !overview.experiments.isEmpty)
    page.set("countsHTML", markup: counts)
    if let best = Highlights(context).best {
      page.set("hasBest")
      page.set("bestHTML", markup: best)
    }
    if hasNotes {
      page.set("hasNotes", notes.count <= Self.longNote)
      page.set("hasLongNotes", notes.count > Self.longNote)
      page.set("notesHTML", markup: notes)
    }
    var rows = ByteBuffer(capacity: 200_000)
    let first = number * Self.rowsPerPage
    let last = min(first + Self.rowsPerPage, overview.experiments.count)
    if order == .best {
      table.append(overview.ranking[first..<last], to: &rows)
    } else {
      table.append(overview.listing[first..<last], to: &rows)
    }
    page.set("tableHTML", markup: rows)
    page.set("rows", text: rowsPath)
    setPager(of: &page)
    setConstants(of: &page)
    setTruncation(of: &page, hidden: table.hidden)
    return page
  }

  private var counts: ByteBuffer {
    let overview = context.overview
    var buffer = ByteBuffer()
    buffer.append(overview.experiments.count, noun: "experiment", plural: "experiments")
    buffer.append(" · ")
    buffer.append(overview.checkpointCount, noun: "checkpoint", plural: "checkpoints")
    for status in [ExperimentStatus.running, .failed, .killed] {
      let count = overview.statusCounts[status, default: 0]
      guard count > 0 else { continue }
      buffer.append(" · ")
      buffer.append("<span class=\"status ")
      buffer.append(markup: status.rawValue)
      buffer.append("\">")
      buffer.append(grouped: count)
      buffer.append(" ")
      buffer.append(markup: status.rawValue)
      buffer.append("</span>")
    }
    if let newest = overview.lastActivity {
      buffer.append(" · last activity ")
      buffer.append(time: newest)
    }
    return buffer
  }

  private func setPager(of page: inout Page) {
    let count = Self.count(for: context.overview)
    guard count > 1 else { return }
    var buffer = ByteBuffer()
    func link(_ target: Int, _ text: StaticString, rel: StaticString) {
      buffer.append("<a rel=\"")
      buffer.append(rel)
      buffer.append("\" href=\"")
      buffer.append(markup: Self.path(order, target))
      buffer.append("\">")
      buffer.append(text)
      buffer.append("</a> ")
    }
    if number > 0 { link(number - 1, "Previous", rel: "prev") }
    for target in 0..<count {
      let isNear = target == 0 || target == count - 1 || abs(target - number) <= 2
      if !isNear {
        if abs(target - number) == 3 { buffer.append("<span class=\"gap\">…</span> ") }
        continue
      }
      buffer.append("<a href=\"")
      buffer.append(markup: Self.path(order, target))
      buffer.append(target == number ? "\" aria-current=\"page\">" : "\">")
      buffer.append(target + 1)
      buffer.append("</a> ")
    }
    if number < count - 1 { link(number + 1, "Next", rel: "next") }
    page.set("hasPages")
    page.set("pagerHTML", markup: buffer)
  }

  private func setConstants(of page: inout Page) {
    let constant = context.overview.params.constant
    guard !constant.isEmpty, context.overview.experiments.count > 1 else { return }
    var buffer = ByteBuffer()
    ParamGrid.append(constant, to: &buffer)
    page.set("hasConstants")
    page.set("constantsHTML", markup: buffer)
    var label = ByteBuffer()
    label.append(constant.count, noun: "param is", plural: "params are")
    page.set("constantCount", markup: label)
  }

  private func setTruncation(of page: inout Page, hidden: (params: Int, metrics: Int)) {
    let (params, metrics) = hidden
    guard params > 0 || metrics > 0 else { return }
    var buffer = ByteBuffer()
    if params > 0 { buffer.append(params, noun: "more param", plural: "more params") }
    if params > 0, metrics > 0 { buffer.append(" and ") }
    if metrics > 0 { buffer.append(metrics, noun: "more metric", plural: "more metrics") }
    page.set("hasTruncation")
    page.set("truncation", markup: buffer)
  }
}
