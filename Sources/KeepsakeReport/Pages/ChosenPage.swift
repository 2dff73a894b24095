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
    return page
  }
}
