/// An element of an XML document, without attributes.
///
/// Reads what S3 and STS send: elements and text. No entities but the five of XML and characters by
/// number, so nothing is ever fetched or expanded.
struct XMLElement: Sendable, Hashable {
  /// Its name, without a prefix.
  var name: String

  /// Its text, without that of the elements in it.
  var text = ""

  /// The elements in it.
  var children: [XMLElement] = []

  /// The first element called `name` in it.
  subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  /// All elements called `name` in it.
  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// The root element of a document; `nil` where it is no well-formed XML.
  init?(parsing bytes: [UInt8]) {
    var parser = XMLParser(bytes)
    guard let root = parser.document() else { return nil }
    self = root
  }

  /// The name of the root element, without reading the rest.
  static func rootName(_ bytes: [UInt8]) -> String? {
    var parser = XMLParser(bytes)
    return parser.rootName()
  }

  fileprivate init(name: String) { self.name = name }
}

private struct XMLParser {
  private static let depthLimit = 32

  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func document() -> XMLElement? { skipProlog() ? element(depth: 0) : nil }

  mutating func rootName() -> String? { skipProlog() ? startTag()?.name : nil }

  private mutating func skipProlog() -> Bool {
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
    while true {
      rest = rest.drop(while: Self.isSpace)
      if rest.starts(with: "<?".utf8) {
        guard skip(past: "?>") else { return false }
      } else if rest.starts(with: "<!--".utf8) {
        guard skip(past: "-->") else { return false }
      } else {
        // A document type could define entities.
        return !rest.starts(with: "<!".utf8)
      }
    }
  }

  private mutating func skip(past mark: StaticString) -> Bool {
    let mark = Array("\(mark)".utf8)
    while let start = rest.firstIndex(of: mark[0]) {
      rest = rest[start...]
      if rest.starts(with: mark) {
        rest.removeFirst(mark.count)
        return true
      }
      rest.removeFirst()
    }
    return false
  }

  /// The name of an element whose tag begins here, and whether the tag also ends it.
  private mutating func startTag() -> (name: String, full: ArraySlice<UInt8>, isEmpty: Bool)? {
    guard rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) else {
      return nil
    }
    let tag = rest[(rest.startIndex + 1)..<end]
    let full = tag.prefix { !Self.isSpace($0) && $0 != UInt8(ascii: "/") }
    guard let first = full.first, first != UInt8(ascii: "!") else { return nil }
    rest = rest[(end + 1)...]
    let local = full.split(separator: UInt8(ascii: ":")).last ?? full
    return (String(decoding: local, as: UTF8.self), full, tag.last == UInt8(ascii: "/"))
  }

  private mutating func element(depth: Int) -> XMLElement? {
    guard depth < Self.depthLimit, let tag = startTag() else { return nil }
    var element = XMLElement(name: tag.name)
    if tag.isEmpty { return element }
    while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
      guard let text = Self.text(rest[..<open]) else { return nil }
      element.text += text
      rest = rest[open...]
      if rest.starts(with: "</".utf8) {
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let name = rest[(rest.startIndex + 2)..<end].prefix { !Self.isSpace($0) }
        rest = rest[(end + 1)...]
        return name == tag.full ? element : nil
      } else if rest.starts(with: "<!--".utf8) {
        guard skip(past: "-->") else { return nil }
      } else {
        guard let child = self.element(depth: depth + 1) else { return nil }
        element.children.append(child)
      }
    }
    return nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  /// Text without escapes; `nil` where it is no UTF-8 or has an unknown entity.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    guard bytes.contains(UInt8(ascii: "&")) else { return text }
    var result = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      guard let end = rest[start...].firstIndex(of: ";"),
        let character = character(rest[rest.index(after: start)..<end])
      else { return nil }
      result.unicodeScalars.append(character)
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static func character(_ entity: Substring) -> Unicode.Scalar? {
    switch entity {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let isHexadecimal = entity.hasPrefix("#x")
      guard entity.hasPrefix("#") else { return nil }
      return UInt32(entity.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10)
        .flatMap(Unicode.Scalar.init)
    }
  }
}
