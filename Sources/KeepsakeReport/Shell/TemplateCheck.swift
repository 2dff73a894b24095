/// Finds tags that stand for nothing: Mustache itself leaves them out in silence.
struct TemplateCheck {
  private let texts: [String: String]

  /// A check of templates, by path.
  init(_ texts: [String: String]) { self.texts = texts }

  /// Checks the templates of all kinds of pages and the partials that they use.
  func run() throws(ReportError) {
    for kind in PageKind.allCases {
      try check("\(kind.rawValue).mustache", for: kind, depth: 0)
    }
  }

  private func check(_ path: String, for kind: PageKind, depth: Int) throws(ReportError) {
    guard let text = texts[path], depth < 10 else {
      throw ReportError(
        .badTemplate, what: "cannot use the template \(path)",
        why: texts[path] == nil ? "there is none" : "it includes itself",
        fix: "Correct the {{>…}} tags of the templates.")
    }
    for tag in TemplateSyntax(text).tags {
      switch tag.sigil {
      case ">": try check("\(tag.name).mustache", for: kind, depth: depth + 1)
      case "#", "^", "/":
        if !kind.flags.contains(tag.name) { throw unknown(tag, in: path, kind.flags) }
      case "!": continue
      default: if !kind.slots.contains(tag.name) { throw unknown(tag, in: path, kind.slots) }
      }
    }
  }

  private func unknown(
    _ tag: TemplateSyntax.Tag, in path: String, _ known: [String]
  ) -> ReportError {
    ReportError(
      .badTemplate, path, line: tag.line, why: "the tag \(tag.name) stands for nothing",
      fix: "The names here are \(known.sorted().joined(separator: ", ")).")
  }
}
