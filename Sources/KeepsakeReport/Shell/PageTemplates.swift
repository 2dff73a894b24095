internal import KeepsakeAssets
internal import KeepsakeModel
internal import Mustache
internal import Synchronization

/// The templates of the site's pages.
///
/// Mustache renders a template once for each combination of flags, with a mark where a slot's
/// bytes go; a page is then the pieces between the marks and its own bytes. So a page costs a
/// copy, and nothing that came from outside passes through the template engine.
final class PageTemplates: Sendable {
  private struct Key: Hashable {
    var kind: PageKind
    var flags: Set<String>
  }

  /// The digest of the program's code and of the templates.
  let digest: ContentDigest

  private let library: MustacheLibrary
  private let shells = Mutex<[Key: Shell]>([:])

  /// Reads the built-in templates and those that replace them.
  init(overrides: [String: String] = [:]) throws(ReportError) {
    var texts: [String: String] = [:]
    for file in EmbeddedFile.all where file.path.hasPrefix("Templates/") {
      texts[String(file.path.dropFirst("Templates/".count))] = file.text
    }
    for (path, text) in overrides.sorted(by: { $0.key < $1.key }) {
      guard texts[path] != nil else {
        throw ReportError(
          .badTemplate, what: "cannot use the template \(path)",
          why: "the site has no template of that name",
          fix: "The names are \(texts.keys.sorted().joined(separator: ", ")).")
      }
      try TemplateSyntax(text).check(path)
      texts[path] = text
    }
    var library = MustacheLibrary()
    for (path, text) in texts where path.hasSuffix(".mustache") {
      do {
        try library.register(text, named: String(path.dropLast(".mustache".count)))
      } catch {
        throw ReportError(path, error)
      }
    }
    // A test checks those that are built in.
    if !overrides.isEmpty { try TemplateCheck(texts).run() }
    self.library = library
    digest = InputBytes.digest { bytes in
      bytes.append(EmbeddedFile.sourceDigest)
      bytes.append(texts.sorted { $0.key.utf8Precedes($1.key) }) { bytes, template in
        bytes.append(template.key)
        bytes.append(template.value)
      }
    }
  }

  /// The bytes of a page.
  func render(_ page: Page) -> [UInt8] {
    let key = Key(kind: page.kind, flags: page.flags)
    let shell = shells.withLock { $0[key] } ?? makeShell(key)
    return shell.fill(page.slots)
  }

  private func makeShell(_ key: Key) -> Shell {
    var context: [String: Any] = [:]
    for flag in key.kind.flags { context[flag] = key.flags.contains(flag) }
    for slot in key.kind.slots { context[slot] = "\0\(slot)\0" }
    let shell = Shell(library.render(context, withTemplate: key.kind.rawValue) ?? "")
    shells.withLock { $0[key] = shell }
    return shell
  }
}

/// A rendered template with gaps.
private struct Shell {
  private enum Piece {
    case markup([UInt8])
    case slot(String)
  }

  private var pieces: [Piece] = []

  init(_ text: String) {
    let parts = text.utf8.split(separator: 0, omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      pieces.append(index % 2 == 0 ? .markup(Array(part)) : .slot(String(part) ?? ""))
    }
  }

  func fill(_ slots: [String: [UInt8]]) -> [UInt8] {
    var count = 0
    for piece in pieces {
      switch piece {
      case .markup(let bytes): count += bytes.count
      case .slot(let name): count += slots[name]?.count ?? 0
      }
    }
    var page: [UInt8] = []
    page.reserveCapacity(count)
    for piece in pieces {
      switch piece {
      case .markup(let bytes): page.append(contentsOf: bytes)
      case .slot(let name): if let bytes = slots[name] { page.append(contentsOf: bytes) }
      }
    }
    return page
  }
}
