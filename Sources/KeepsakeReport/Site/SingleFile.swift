internal import FoundationEssentials
internal import KeepsakeDigest
internal import KeepsakeModel
internal import Synchronization

/// A whole site in one HTML file: each page a section of it, which its links show.
///
/// The stylesheet shows the section that the address names, so that no script is needed. Style and
/// scripts stand inside and are allowed by their SHA-256; pictures are `data:` URLs. Downloads are too,
/// once each, on a page of their own, because many pages link to the same ones.
struct SingleFile {
  /// Larger files are refused: browsers take long to open them. In bytes.
  static let byteLimit = 25_000_000

  private let pages: [SiteFile]
  private let others: [String: SiteFile]
  private let context: SiteContext
  private let templates: PageTemplates

  init(_ files: [SiteFile], _ templates: PageTemplates, _ context: SiteContext) {
    // The choice stands in the address, as does the page that is shown: here is no room for both.
    let files = files.filter { $0.path != ChosenPage.path }
      .sorted { $0.path.utf8Precedes($1.path) }
    let pages = files.filter { $0.path.hasSuffix(".html") }
    // What an address without a name shows comes first.
    self.pages = pages.filter { $0.path == "index.html" } + pages.filter { $0.path != "index.html" }
    others = Dictionary(
      uniqueKeysWithValues: files.filter { !$0.path.hasSuffix(".html") }.map { ($0.path, $0) })
    self.context = context
    self.templates = templates
  }

  /// The id of a page's section, or of a download.
  private static func key(_ path: String) -> String {
    let stem = path.hasSuffix(".html") ? path.dropLast(".html".count) : path[...]
    return String(stem.map { $0 == "/" || $0 == "." ? "-" : $0 })
  }

  /// The file's content.
  var bytes: [UInt8] {
    let style = text(context.assets.stylesheetPath) + context.assets.singleFileStyle
    let scripts = SiteScript.allCases.filter { $0 != .compare }
      .map { text(context.assets.scriptPaths[$0] ?? "") }
    var page = context.page(.singleFile, root: "", heading: "")
    page.set(
      "policy",
      text: """
        default-src 'none'; style-src '\(Self.source(style))'; \
        script-src \(scripts.map { "'\(Self.source($0))'" }.joined(separator: " ")); \
        img-src data:; base-uri 'none'; form-action 'none'
        """)
    // Marks, because what stands around them moves too.
    for slot in ["stylesheet", "pagesHTML", "dataHTML", "scriptsHTML"] {
      var mark = ByteBuffer()
      mark.append(markup: "\u{0}\(slot)\u{0}")
      page.set(slot, markup: mark)
    }
    let shell = MarkupTransplant(prefix: "", target: target(from: ""))
      .moved(templates.render(page)[...])
    var bytes: [UInt8] = []
    for (index, part) in shell.split(separator: 0, omittingEmptySubsequences: false).enumerated() {
      guard index % 2 == 1 else {
        bytes += part
        continue
      }
      switch String(decoding: part, as: UTF8.self) {
      case "stylesheet": bytes += style.utf8
      case "scriptsHTML":
        for script in scripts { bytes += "<script>\(script)</script>\n".utf8 }
      case "pagesHTML":
        for page in pages { append(page, to: &bytes) }
        appendDownloads(to: &bytes)
      default: appendData(to: &bytes)
      }
    }
    return bytes
  }

  /// The source expression that allows an inline text.
  private static func source(_ text: String) -> String {
    let digits = Array(ContentDigest(of: Array(text.utf8)).hex.utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).map { place in
      digits[place..<place + 2].reduce(UInt8(0)) {
        $0 << 4 | ($1 < 0x3A ? $1 - 0x30 : $1 - 0x57)
      }
    }
    return "sha256-\(Data(bytes).base64EncodedString())"
  }

  private func text(_ path: String) -> String {
    String(decoding: others[path]?.bytes ?? [], as: UTF8.self)
  }

  // MARK: - Pages

  private func append(_ page: SiteFile, to bytes: inout [UInt8]) {
    let key = Self.key(page.path)
    let parts = PageParts(page.bytes)
    bytes += "<section class=\"page\" id=\"\(key)\"".utf8
    bytes += parts.data
    bytes += ">\n".utf8
    bytes += MarkupTransplant(prefix: "\(key)--", target: target(from: page.path))
      .moved(parts.main)
    bytes += "</section>\n".utf8
  }

  /// What the links of a page mean here.
  private func target(from page: String) -> (String) -> MarkupTransplant.Target? {
    let folder = page.split(separator: "/").dropLast().map(String.init)
    let paths = Set(pages.map(\.path))
    return { link in
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      guard let file = parts.first else { return nil }
      if file.isEmpty {
        // The skip link of the document itself has no page.
        guard parts.count == 2, !page.isEmpty else { return nil }
        return .place("\(Self.key(page))--\(parts[1])")
      }
      var path = folder
      for part in file.split(separator: "/", omittingEmptySubsequences: false) {
        if part == ".." { _ = path.popLast() } else { path.append(String(part)) }
      }
      let name = path.joined(separator: "/")
      if paths.contains(name) {
        return .place(parts.count == 2 ? "\(Self.key(name))--\(parts[1])" : Self.key(name))
      }
      guard let file = others[name] else { return nil }
      return Self.picture(file).map { .picture($0) }
        ?? .place("\(Self.downloads)--\(Self.key(name))")
    }
  }

  private static func picture(_ file: SiteFile) -> String? {
    let ending = ending(file)
    // The only drawing is the site's icon.
    let type = ending == "svg" ? "image/svg+xml" : PictureType(rawValue: ending)?.mediaType
    return type.map {
      "data:\($0);base64,\(Data(file.bytes).base64EncodedString())"
    }
  }

  private static func ending(_ file: SiteFile) -> String {
    file.path.split(separator: ".").last.map(String.init) ?? ""
  }

  // MARK: - Downloads

  /// The id of the page of downloads.
  private static let downloads = "downloads"

  private static let downloadTypes = [
    "csv": "text/csv", "json": "application/json", "md": "text/markdown",
  ]

  private func appendDownloads(to bytes: inout [UInt8]) {
    var buffer = ByteBuffer()
    buffer.append("<section class=\"page\" id=\"")
    buffer.append(markup: Self.downloads)
    buffer.append("\">\n<h1>Downloads</h1>\n<ul class=\"downloads\">\n")
    for path in others.keys.sorted(by: { $0.utf8Precedes($1) }) {
      guard let file = others[path], let type = Self.downloadTypes[Self.ending(file)] else {
        continue
      }
      buffer.append("<li><a id=\"")
      buffer.append(markup: "\(Self.downloads)--\(Self.key(path))")
      buffer.append("\" download=\"")
      buffer.append(markup: path.split(separator: "/").last.map(String.init) ?? path)
      buffer.append("\" href=\"data:")
      buffer.append(markup: type)
      buffer.append(";charset=utf-8,")
      buffer.append(percentEncoded: file.bytes)
      buffer.append("\">")
      buffer.append(markup: path)
      buffer.append("</a></li>\n")
    }
    buffer.append("</ul>\n</section>\n")
    bytes += buffer.bytes
  }

  // MARK: - Data

  /// The data of read-outs and of the table, which the script looks for before it loads a file.
  private func appendData(to bytes: inout [UInt8]) {
    for file in others.values.sorted(by: { $0.path.utf8Precedes($1.path) })
    where file.path.hasPrefix("data/") && file.path.hasSuffix(".js") {
      guard let start = file.bytes.firstIndex(of: UInt8(ascii: ",")) else { continue }
      // `document.dispatchEvent(new CustomEvent("…",{detail:` JSON `}));`
      let json = file.bytes[start...].dropFirst(",{detail:".utf8.count).dropLast(
        "}));\n".utf8.count)
      bytes += "<script type=\"application/json\" data-path=\"\(file.path)\">".utf8
      bytes += json
      bytes += "</script>\n".utf8
    }
  }
}

/// The parts of a page that a section needs.
private struct PageParts {
  /// The `data-` attributes of its body, each with a space before it.
  let data: [UInt8]

  /// What stands inside `main`; inside the body, where a template has no `main`.
  let main: ArraySlice<UInt8>

  init(_ page: [UInt8]) {
    func inside(_ name: String) -> (attributes: ArraySlice<UInt8>, content: ArraySlice<UInt8>)? {
      guard let open = page.firstRange(of: "<\(name)".utf8),
        let end = page[open.upperBound...].firstIndex(of: UInt8(ascii: ">"))
      else { return nil }
      var close = page.count
      while close > end, !page[close...].starts(with: "</\(name)>".utf8) { close -= 1 }
      guard close > end else { return nil }
      return (page[open.upperBound..<end], page[(end + 1)..<close])
    }
    let body = inside("body")
    main = (inside("main") ?? body)?.content ?? page[...]
    var data: [UInt8] = []
    var cursor = MarkupCursor(Array("<body".utf8) + (body?.attributes ?? []) + Array(">".utf8))
    while let piece = cursor.next() {
      guard case .attribute(let name, let value) = piece, name.starts(with: "data-".utf8),
        !name.elementsEqual("data-root".utf8)
      else { continue }
      data.append(UInt8(ascii: " "))
      data += name
      data += "=\"".utf8
      data += value
      data.append(UInt8(ascii: "\""))
    }
    self.data = data
  }
}

extension ByteBuffer {
  /// Appends the content of a `data:` URL.
  fileprivate mutating func append(percentEncoded content: [UInt8]) {
    reserve(content.count + content.count / 8)
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in content {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2C, 0x2D, 0x2E, 0x3A, 0x5F, 0x7E: append(byte)
      default:
        append("%")
        append(digits[Int(byte >> 4)])
        append(digits[Int(byte & 15)])
      }
    }
  }
}
