internal import KeepsakeModel

/// The page on which a script compares the experiments that readers chose in the table.
struct ChosenPage {
  static let path = "compare/chosen.html"

  let context: SiteContext

  /// The path of the table's rows.
  let rowsPath: String

  /// The page's content: without the script, what it is for.
  var page: Page {
    var page = context.page(
      .chosen, root: "../", heading: "Compare", scripts: [.readouts, .compare])
    page.set("rows", text: rowsPath)
    page.set("axis", text: context.options.xAxis.rawValue)
    page.set("smoothing", text: smoothing)
    page.set("log", text: log)
    return page
  }

  /// From 0 to 1; empty where long lines alone are smoothed, and for TensorBoard's way, which the
  /// script does not have.
  private var smoothing: String {
    switch context.options.smoothing {
    case .automatic, .tensorBoard: return ""
    case .none: return "0"
    case .timeWeighted(let amount):
      var buffer = ByteBuffer()
      buffer.append(exact: amount)
      return buffer.text
    }
  }

  /// The metrics with a logarithmic axis as JSON, or `true` for all.
  private var log: String {
    switch context.options.logScale {
    case .automatic: return "[]"
    case .all: return "true"
    case .metrics(let names):
      var buffer = ByteBuffer()
      buffer.append(json: .array(names.sorted { $0.utf8Precedes($1) }.map { .string($0) }))
      return buffer.text
    }
  }
}
