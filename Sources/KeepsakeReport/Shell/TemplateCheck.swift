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
    for tag in Self.tags(in: text) {
      switch tag.sigil {
      case ">": try check("\(tag.name).mustache", for: kind, depth: depth + 1)
      case "#", "^", "/":
        if !kind.flags.contains(tag.name) { throw unknown(tag.name, in: path, kind.flags) }
      case "!": continue
      default: if !kind.slots.contains(tag.name) { throw unknown(tag.name, in: path, kind.slots) }
      }
    }
  }

  private func unknown(_ name: String, in path: String, _ known: [String]) -> ReportError {
    ReportError(
      .badTemplate, what: "cannot use the template \(path)",
      why: "its tag \(name) stands for nothing",
      fix: "The names here are \(known.sorted().joined(separator: ", ")).")
  }

  struct Tag: Hashable {
    /// What stands before the name: `#`, `^`, `/`, `>`, `!` or a space for none.
    var sigil: Character
    var name: String
  }

  /// The tags of a template.
  static func tags(in text: String) -> [Tag] {
    var tags: [Tag] = []
    for part in text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst() {
      guard let inside = part.split(separator: "}}", omittingEmptySubsequences: false).first
      else { continue }
      var name = String(inside.drop { $0 == "{" || $0 == " " })
      while name.last == " " || name.last == "}" { name.removeLast() }
      guard let first = name.first else { continue }
      let hasSigil = "#^/>!&".contains(first)
      if hasSigil { name.removeFirst() }
      tags.append(
        Tag(
          sigil: hasSigil && first != "&" ? first : " ",
          name: String(name.drop { $0 == " " })))
    }
    return tags
  }
}
