/// Characters that would steer a terminal, or mislead its reader, made visible.
///
/// Names and values come from training programs and from files that anybody could have written.
enum ControlCharacters {
  /// `text` with every control character replaced by a picture of it, and every character that
  /// changes the direction of writing by U+FFFD.
  static func replaced(
    in text: String, keepingNewlines: Bool = false, keepingTabs: Bool = false
  ) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }),
      text.unicodeScalars.contains(where: { isControl($0) })
    else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isKept = (keepingNewlines && scalar == "\n") || (keepingTabs && scalar == "\t")
      if isKept || !isControl(scalar) {
        result.append(scalar)
      } else {
        result.append(picture(of: scalar))
      }
    }
    return String(result)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F: true
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
    default: false
    }
  }

  private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    default: "\u{FFFD}"
    }
  }
}
