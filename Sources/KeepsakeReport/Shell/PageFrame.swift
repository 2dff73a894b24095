/// What stands on all pages of a site.
struct PageFrame: Sendable {
  let title: String
  let stylesheetPath: String
  let scriptPath: String
  let repositoryLabel: String

  /// The first page that compares experiments; `nil` where there is none.
  let comparePath: String?

  let hasParameters: Bool
  let problemCount: Int

  /// A page with what stands on all pages filled in.
  ///
  /// - Parameters:
  ///   - root: the way from the page's folder to that of the site: empty or `../`.
  ///   - heading: what the page is about, for its title; empty on the first page.
  func page(_ kind: PageKind, root: String, heading: String) -> Page {
    var page = Page(kind)
    page.set("title", text: title)
    page.set("pageTitle", text: heading.isEmpty ? title : "\(heading) · \(title)")
    page.set("root", text: root)
    page.set("stylesheet", text: stylesheetPath)
    page.set("script", text: scriptPath)
    page.set("repository", text: repositoryLabel)
    page.set("isIndex", kind == .index)
    page.set("isCompare", kind == .compare)
    page.set("isParameters", kind == .parameters)
    page.set("isHealth", kind == .health)
    page.set("hasCompare", comparePath != nil)
    page.set("compare", text: comparePath ?? "")
    page.set("hasParameters", hasParameters)
    page.set("hasProblems", problemCount > 0)
    page.set("problemCount", text: String(problemCount))
    return page
  }
}
