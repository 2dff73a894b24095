internal import Mustache

/// The tags of a template, and what is wrong with how they are written.
struct TemplateSyntax {
  struct Tag: Hashable {
    /// What stands before the name: `#`, `^`, `/`, `>`, `!` or a space for none.
    var sigil: Character
    var name: String
    /// Its line, from 1.
    var line: Int
  }

  /// The tags in their order.
  private(set) var tags: [Tag] = []

  /// The line of a tag without an end.
  private var openTagLine: Int?

  init(_ text: String) {
    let parts = text.split(separator: "{{", omittingEmptySubsequences: false)
    var line = 1
    for (place, part) in parts.enumerated() {
      defer { line += part.count(where: \.isNewline) }
      guard place > 0 else { continue }
      guard let end = part.firstRange(of: "}}") else {
        openTagLine = openTagLine ?? line
        continue
      }
      var name = String(part[..<end.lowerBound].drop { $0 == "{" || $0 == " " })
      while name.last == " " || name.last == "}" { name.removeLast() }
      guard let first = name.first else { continue }
      let hasSigil = "#^/>!&".contains(first)
      if hasSigil { name.removeFirst() }
      tags.append(
        Tag(
          sigil: hasSigil && first != "&" ? first : " ", name: String(name.drop { $0 == " " }),
          line: line))
    }
  }

  /// Throws where the template called `path` cannot be read.
  func check(_ path: String) throws(ReportError) {
    if let line = openTagLine {
      throw ReportError(
        .badTemplate, path, line: line, why: "a tag has no end", fix: "Close it with }}.")
    }
    var open: [Tag] = []
    for tag in tags {
      switch tag.sigil {
      case "#", "^": open.append(tag)
      case "/":
        guard let section = open.popLast() else {
          throw ReportError(
            .badTemplate, path, line: tag.line, why: "{{/\(tag.name)}} ends nothing",
            fix: "Remove it, or write {{#\(tag.name)}} where it should begin.")
        }
        guard section.name == tag.name else {
          throw ReportError(
            .badTemplate, path, line: tag.line,
            why: "{{/\(tag.name)}} stands where {{\(section.sigil)\(section.name)}} of line "
              + "\(section.line) should end", fix: "Write {{/\(section.name)}} before it.")
        }
      default: continue
      }
    }
    if let section = open.last {
      throw ReportError(
        .badTemplate, path, line: section.line,
        why: "{{\(section.sigil)\(section.name)}} has no end",
        fix: "Write {{/\(section.name)}} where it should end.")
    }
  }
}

extension ReportError {
  /// A template that cannot be used because of one of its lines.
  init(_ code: Code, _ template: String, line: Int, why: String, fix: String) {
    self.init(
      code, what: "cannot use the template \(template)", why: "in line \(line) \(why)", fix: fix)
  }

  /// What Mustache says of a template, where that is more than ``TemplateSyntax`` knows.
  init(_ template: String, _ error: any Error) {
    var line = ""
    var reason = error
    if let error = error as? MustacheTemplate.ParserError {
      line = "in line \(error.context.lineNumber) "
      reason = error.error
    }
    self.init(
      .badTemplate, what: "cannot use the template \(template)",
      why: "\(line)Mustache cannot read a tag (\(reason))",
      fix: "Correct it; mustache(5) says how tags are written.")
  }
}
