/// What stands on all pages of a site.
struct PageFrame: Sendable {
  let title: String
  let stylesheetPath: String
  let scriptPaths: [SiteScript: String]
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
  ///   - scripts: those that the page uses besides the one that all do.
  func page(
    _ kind: PageKind, root: String, heading: String, scripts: Set<SiteScript> = []
  ) -> Page {
    var page = Page(kind)
    page.set("title", text: title)
    page.set("pageTitle", text: heading.isEmpty ? title : "\(heading) · \(title)")
    page.set("root", text: root)
    page.set("stylesheet", text: stylesheetPath)
    page.set("scriptsHTML", markup: elements(of: scripts.union([.ks]), root: root))
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

  /// The elements that load scripts, in the order in which they need each other.
  private func elements(of scripts: Set<SiteScript>, root: String) -> ByteBuffer {
    var buffer = ByteBuffer()
    for script in SiteScript.allCases where scripts.contains(script) {
      buffer.append(buffer.count == 0 ? "<script src=\"" : "\n<script src=\"")
      buffer.append(markup: root)
      buffer.append(markup: scriptPaths[script] ?? "")
      buffer.append("\" defer></script>")
    }
    return buffer
  }
}
