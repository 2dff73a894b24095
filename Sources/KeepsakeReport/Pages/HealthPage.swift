internal import KeepsakeModel

/// Everything that could not be read or resolved, with its file and the reason.
struct HealthPage {
  let context: SiteContext

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
      intro.append(" something from this report. Everything else is complete.")
    }
    page.set("introHTML", markup: intro)
    var table = ByteBuffer()
    if !problems.isEmpty { append(problems, to: &table) }
    page.set("problemsHTML", markup: table)
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
        if let position = context.overview.position(of: id) {
          buffer.append(experiment: context.overview.experiments[position], root: "")
        } else {
          buffer.append("<code class=\"id\">")
          buffer.append(markup: id.short)
          buffer.append("</code>")
        }
        buffer.append("</td>")
      } else {
        buffer.append("<td class=\"none\">–</td>")
      }
      buffer.append(
        problem.isHarmless
          ? "<td><span class=\"status finished\">shown all the same</span></td><td>"
          : "<td><span class=\"status failed\">not shown</span></td><td>")
      buffer.append(text: problem.reason)
      buffer.append("</td></tr>\n")
    }
    buffer.append("</tbody>\n</table>\n</div>\n")
  }
}
