internal import KeepsakeModel

/// Everything that could not be read or resolved, with its file and the reason, and what was
/// withheld.
struct HealthPage {
  /// At most so many experiments are named for a place.
  private static let experimentLimit = 12

  let context: SiteContext
  /// What was replaced by a mark, and where.
  let withheld: [Withholding]

  /// The page's content.
  var page: Page {
    var page = context.page(.health, root: "", heading: "Health")
    var intro = ByteBuffer()
    let problems = context.problems
    if problems.isEmpty {
      intro.append("Every file of the repository was read, and every link of the notes resolves.")
    } else {
      let lost = problems.count { !$0.isHarmless }
      intro.append(problems.count, noun: "problem", plural: "problems")
      intro.append(", of which ")
      intro.append(grouped: lost)
      intro.append(lost == 1 ? " hides" : " hide")
      intro.append(" a whole file, or what a note shows. Others hide no more than they name.")
    }
    page.set("introHTML", markup: intro)
    var table = ByteBuffer()
    if !problems.isEmpty { append(problems, to: &table) }
    page.set("problemsHTML", markup: table)
    page.set("withheldHTML", markup: withheldSection)
    return page
  }

  private func append(_ problems: [Problem], to buffer: inout ByteBuffer) {
    buffer.append(
      "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Problems\">\n")
    buffer.append("<table class=\"problem-table\">\n<thead><tr><th scope=\"col\">File</th>")
    buffer.append("<th scope=\"col\">Experiment</th><th scope=\"col\">Effect</th>")
    buffer.append("<th scope=\"col\">Reason</th></tr></thead>\n<tbody>\n")
    for problem in problems {
      buffer.append("<tr><th scope=\"row\"><code>")
      buffer.append(text: problem.place)
      buffer.append("</code></th>")
      if let id = problem.experiment {
        buffer.append("<td>")
        append(id, to: &buffer)
        buffer.append("</td>")
      } else {
        buffer.appendEmptyCell()
      }
      buffer.append(
        problem.isHarmless
          ? "<td><span class=\"status finished\">the rest is shown</span></td><td>"
          : "<td><span class=\"status failed\">not shown</span></td><td>")
      buffer.append(text: problem.reason)
      buffer.append("</td></tr>\n")
    }
    buffer.append("</tbody>\n</table>\n</div>\n")
  }

  /// Appends an experiment, as a link where this report has it.
  private func append(_ id: ExperimentID, to buffer: inout ByteBuffer) {
    if let position = context.overview.position(of: id) {
      return buffer.append(experiment: context.overview.experiments[position], root: "")
    }
    buffer.append("<code class=\"id\">")
    buffer.append(markup: id.short)
    buffer.append("</code>")
  }

  private var withheldSection: ByteBuffer {
    var buffer = ByteBuffer()
    buffer.append("<p class=\"quiet\">")
    guard context.options.withholdsSecrets else {
      buffer.append(
        "Nothing was withheld: this report was made with <code>--no-redact</code>.</p>\n")
      return buffer
    }
    guard !withheld.isEmpty else {
      buffer.append("No value looked like a secret, so nothing is withheld.</p>\n")
      return buffer
    }
    let count = withheld.reduce(0) { $0 + $1.count }
    buffer.append(count, noun: "value looks", plural: "values look")
    buffer.append(
      count == 1 ? " like a secret and is shown as <code>" : " like secrets and are shown as <code>"
    )
    buffer.append(markup: Redactor.mark)
    buffer.append("</code>, here and in the downloads.</p>\n")
    buffer.append(
      "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Withheld\">\n")
    buffer.append("<table class=\"problem-table\">\n<thead><tr><th scope=\"col\">Where</th>")
    buffer.append("<th scope=\"col\" class=\"number\">Values</th>")
    buffer.append("<th scope=\"col\">Experiments</th></tr></thead>\n<tbody>\n")
    for (place, items) in Dictionary(grouping: withheld, by: \.place)
      .sorted(by: { $0.key.utf8Precedes($1.key) })
    {
      buffer.append("<tr><th scope=\"row\">")
      buffer.append(name: place)
      buffer.append("</th><td class=\"number\">")
      buffer.append(grouped: items.reduce(0) { $0 + $1.count })
      buffer.append("</td>")
      append(Set(items.compactMap(\.experiment)), to: &buffer)
      buffer.append("</tr>\n")
    }
    buffer.append("</tbody>\n</table>\n</div>\n")
    return buffer
  }

  /// Appends a cell with links to experiments, newest first.
  private func append(_ ids: Set<ExperimentID>, to buffer: inout ByteBuffer) {
    guard !ids.isEmpty else { return buffer.appendEmptyCell() }
    let overview = context.overview
    let sorted = ids.sorted { a, b in
      let (x, y) = (overview.position(of: a) ?? .max, overview.position(of: b) ?? .max)
      return x == y ? a < b : x < y
    }
    buffer.append("<td>")
    for (place, id) in sorted.prefix(Self.experimentLimit).enumerated() {
      if place > 0 { buffer.append(", ") }
      append(id, to: &buffer)
    }
    if sorted.count > Self.experimentLimit {
      buffer.append(" and ")
      buffer.append(grouped: sorted.count - Self.experimentLimit)
      buffer.append(" more")
    }
    buffer.append("</td>")
  }
}
