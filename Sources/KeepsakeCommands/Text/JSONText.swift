internal import KeepsakeJSON
internal import KeepsakeModel

/// JSON as people and scripts read it.
enum JSONText {
  /// `value` indented by two spaces, with a newline at the end.
  static func pretty(_ value: JSONValue) -> String {
    var writer = JSONWriter(indented: true, indentation: 2)
    writer.value(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Reads a document; `nil` where `text` is none.
  static func value(_ text: String) -> JSONValue? {
    try? JSONCursor.read(Array(text.utf8).span) { cursor throws(JSONError) in try cursor.value() }
  }
}
