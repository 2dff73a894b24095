internal import KeepsakeModel

/// Names and values in columns, as many as the window has room for.
enum ParamGrid {
  /// Appends a description list of params.
  static func append(_ params: some Sequence<JSONMember>, to buffer: inout ByteBuffer) {
    append(params, to: &buffer) { _ in false }
  }

  /// Appends a description list of params in natural order, some of which are marked as differing
  /// from others.
  static func append(
    _ params: some Sequence<JSONMember>, to buffer: inout ByteBuffer,
    isMarked: (String) -> Bool
  ) {
    buffer.append("<dl class=\"pairs\">\n")
    for param in params.sorted(by: { $0.name.naturallyPrecedes($1.name) }) {
      buffer.append(isMarked(param.name) ? "<div class=\"varies\"><dt>" : "<div><dt>")
      buffer.append(name: param.name)
      buffer.append(param.value.isNumber ? "</dt><dd class=\"number\">" : "</dt><dd>")
      buffer.append(param: param.value)
      buffer.append("</dd></div>\n")
    }
    buffer.append("</dl>\n")
  }
}
