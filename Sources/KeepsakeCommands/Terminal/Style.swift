/// How headings and remarks look on a terminal.
struct Style {
  /// Whether anything looks different at all.
  let isColored: Bool

  /// The name of a section.
  func heading(_ text: String) -> StyledText { styled(text, "1") }

  /// The name of what is shown.
  func title(_ text: String) -> StyledText { styled(text, "1;4") }

  /// A remark that is no value.
  func faint(_ text: String) -> StyledText { styled(text, "2") }

  /// A removed line.
  func removed(_ text: String) -> StyledText { styled(text, "31") }

  /// An added line.
  func added(_ text: String) -> StyledText { styled(text, "32") }

  private func styled(_ text: String, _ code: String) -> StyledText {
    guard isColored else { return StyledText(text) }
    return StyledText(text, prefix: "\u{1B}[\(code)m", suffix: "\u{1B}[0m")
  }
}

/// Text, and what surrounds it on a terminal without taking room.
struct StyledText: ExpressibleByStringInterpolation {
  var text: String
  var prefix = ""
  var suffix = ""

  init(_ text: String, prefix: String = "", suffix: String = "") {
    self.text = text
    self.prefix = prefix
    self.suffix = suffix
  }

  init(stringLiteral value: String) { self.init(value) }

  /// The bytes to write.
  var rendered: String { prefix + text + suffix }
}

extension Session {
  /// How results look.
  var style: Style { Style(isColored: usesColor(on: output)) }
}
