/// Moves the markup of one page into a document that holds several.
///
/// Ids become unique by a prefix, what refers to them follows, and links lead to where the other
/// pages went. It reads what templates and this module write: text in which every `<` starts a tag.
struct MarkupTransplant {
  /// Where a link leads in the new document.
  enum Target {
    /// A place in it, by id.
    case place(String)
    /// A `data:` URL of a picture.
    case picture(String)
  }

  /// What stands before ids.
  let prefix: String

  /// What the links of the page mean; `nil` leaves one as it is.
  let target: (_ link: String) -> Target?

  /// The markup, moved.
  func moved(_ markup: ArraySlice<UInt8>) -> [UInt8] {
    var cursor = MarkupCursor(markup)
    var moved: [UInt8] = []
    moved.reserveCapacity(markup.count + markup.count / 16)
    while let piece = cursor.next() {
      switch piece {
      case .other(let bytes): moved += bytes
      case .attribute(let name, let value): append(name, String(decoding: value, as: UTF8.self))
      }
    }
    func append(_ name: ArraySlice<UInt8>, _ value: String) {
      var value = value
      switch String(decoding: name, as: UTF8.self) {
      case "id", "name", "for", "headers", "aria-labelledby", "aria-describedby", "aria-controls":
        value = value.split(separator: " ").map { prefix + $0 }.joined(separator: " ")
      case "href", "src":
        switch target(value) {
        case .place(let id): value = "#\(id)"
        case .picture(let url): value = url
        case nil: break
        }
      case "clip-path", "mask", "fill", "stroke", "filter":
        if value.hasPrefix("url(#") { value = "url(#\(prefix)\(value.dropFirst(5))" }
      default: break
      }
      moved += name
      moved += "=\"\(value)\"".utf8
    }
    return moved
  }
}

/// Splits markup into attributes with a value and what is between them.
struct MarkupCursor {
  enum Piece {
    /// Anything but an attribute with a value.
    case other(ArraySlice<UInt8>)
    /// An attribute's name, and its value without quotes.
    case attribute(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)
  }

  private let markup: ArraySlice<UInt8>
  private var position: Int
  private var isInTag = false

  init(_ markup: ArraySlice<UInt8>) {
    self.markup = markup
    position = markup.startIndex
  }

  /// The next piece; `nil` at the end.
  mutating func next() -> Piece? {
    guard position < markup.endIndex else { return nil }
    return isInTag ? nextInTag() : .other(text())
  }

  /// Everything up to and with the name of the next opening tag.
  private mutating func text() -> ArraySlice<UInt8> {
    let start = position
    while position < markup.endIndex {
      let byte = markup[position]
      position += 1
      guard byte == UInt8(ascii: "<"), position < markup.endIndex else { continue }
      switch markup[position] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        while position < markup.endIndex, !Self.endsName(markup[position]) { position += 1 }
        isInTag = true
        return markup[start..<position]
      default: continue
      }
    }
    return markup[start..<position]
  }

  private mutating func nextInTag() -> Piece {
    let start = position
    while position < markup.endIndex, Self.endsName(markup[position]) {
      let byte = markup[position]
      position += 1
      if byte == UInt8(ascii: ">") {
        isInTag = false
        return .other(markup[start..<position])
      }
    }
    if position > start { return .other(markup[start..<position]) }
    while position < markup.endIndex, !Self.endsName(markup[position]),
      markup[position] != UInt8(ascii: "=")
    {
      position += 1
    }
    let name = markup[start..<position]
    guard position + 1 < markup.endIndex, markup[position] == UInt8(ascii: "=") else {
      // A lone `=` belongs to no attribute.
      if position == start { position += 1 }
      return .other(markup[start..<position])
    }
    position += 1
    let quote = markup[position]
    let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
    if isQuoted { position += 1 }
    let first = position
    while position < markup.endIndex,
      isQuoted
        ? markup[position] != quote
        : markup[position] != UInt8(ascii: " ") && markup[position] != UInt8(ascii: ">")
    {
      position += 1
    }
    defer { if isQuoted, position < markup.endIndex { position += 1 } }
    return .attribute(name: name, value: markup[first..<position])
  }

  private static func endsName(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/")
  }
}
