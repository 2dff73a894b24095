/// The rectangle of a chart in which its data is drawn, in tenths of a unit.
package struct ChartFrame: Sendable, Hashable {
  /// The size of every chart, in units.
  package static let width = 640
  package static let height = 280

  package var left: Int
  package var right: Int
  package var top = 120
  package var bottom = 2400

  /// The width in whole units, which are pixels at the chart's natural size.
  package var columns: Int { (right - left) / 10 }

  /// How many ticks suit the height and the width.
  package static let verticalTickCount = 228.0 / 40
  package var horizontalTickCount: Double { Double(right - left) / 900 }
}

extension ByteBuffer {
  /// Appends ` name="…"` with a number in tenths.
  mutating func append(attribute name: StaticString, tenths: Int) {
    append(UInt8(ascii: " "))
    append(name)
    append("=\"")
    append(tenths: tenths)
    append("\"")
  }

  /// Appends ` name="…"` with text from outside.
  mutating func append(attribute name: StaticString, text: String, suffix: StaticString = "") {
    append(UInt8(ascii: " "))
    append(name)
    append("=\"")
    append(text: text)
    append(suffix)
    append("\"")
  }

  /// Appends the start of a figure: its element and its caption.
  mutating func beginFigure(kind: StaticString, id: String, title: String, key: String = "") {
    append("<figure class=\"chart ")
    append(kind)
    append("\"")
    append(attribute: "id", text: id)
    if !key.isEmpty { append(attribute: "data-metric", text: key) }
    append(">\n<figcaption")
    append(attribute: "id", text: id, suffix: "-title")
    append(">")
    append(name: title)
    append("</figcaption>\n")
  }

  /// Whether a figure of a chart is in the markup.
  var hasCharts: Bool { bytes.firstRange(of: "<figure class=\"chart ".utf8) != nil }

  /// Appends the start of the picture, inside a box that scrolls where the page is too narrow;
  /// the caller closes the tag.
  mutating func beginPicture(id: String, height: Int = ChartFrame.height) {
    append("<div class=\"chart-scroll\" role=\"group\" tabindex=\"0\"")
    append(attribute: "aria-labelledby", text: id, suffix: "-title")
    append(">\n<svg width=\"")
    append(ChartFrame.width)
    append("\" height=\"")
    append(height)
    append("\" viewBox=\"0 0 ")
    append(ChartFrame.width)
    append(UInt8(ascii: " "))
    append(height)
    append("\" role=\"img\"")
    append(attribute: "aria-labelledby", text: id, suffix: "-title")
    append(attribute: "aria-describedby", text: id, suffix: "-summary")
    append(" fill=\"none\" font-family=\"system-ui,sans-serif\" font-size=\"12\"")
  }

  /// Appends the end of the picture.
  mutating func endPicture() { append("</svg>\n</div>\n") }

  /// Appends the visible summary, which describes the picture to those who cannot see it.
  mutating func append(summary: ByteBuffer, id: String) {
    append("<p class=\"chart-summary\"")
    append(attribute: "id", text: id, suffix: "-summary")
    append(">")
    append(markup: summary.bytes)
    append("</p>\n")
  }

  /// Appends a text that stays readable over lines: the text, and beneath it a halo in the colour
  /// of the surface. (`paint-order` would need one text, but not as an attribute of valid HTML.)
  mutating func append(markLabel label: ByteBuffer, x: Int, y: Int, endsThere: Bool = false) {
    for isHalo in [true, false] {
      beginText(x: x, y: y)
      if endsThere { append(" text-anchor=\"end\"") }
      append(
        isHalo
          ? " class=\"halo\" stroke=\"#fff\" stroke-width=\"5\" stroke-linejoin=\"round\">"
          : " class=\"mark-label\" fill=\"#1f2328\">")
      append(markup: label.bytes)
      append("</text>")
    }
  }

  /// Appends `<text x="…" y="…"`, which the caller continues.
  mutating func beginText(x: Int, y: Int) {
    append("<text")
    append(attribute: "x", tenths: x)
    append(attribute: "y", tenths: y)
  }
}

extension ByteBuffer {
  /// Appends horizontal grid lines at `ticks` with their labels on the left.
  mutating func appendGrid(
    at ticks: [Double], format: AxisLabelFormat, scale: AxisScale, frame: ChartFrame
  ) {
    if ticks.isEmpty { return }
    append("<path class=\"grid\" stroke=\"#e3e7ec\" d=\"")
    for tick in ticks {
      append(UInt8(ascii: "M"))
      append(tenths: frame.left)
      append(UInt8(ascii: " "))
      append(tenths: Self.crisp(scale.position(tick)))
      append(UInt8(ascii: "H"))
      append(tenths: frame.right)
    }
    append("\"/>\n<g class=\"tick\" fill=\"#59636e\" text-anchor=\"end\">")
    for tick in ticks {
      beginText(x: frame.left - 80, y: scale.position(tick) + 40)
      append(">")
      append(axisLabel: tick, as: format)
      append("</text>")
    }
    append("</g>\n")
  }

  /// Appends the line at the bottom with tick marks, their labels and the axis' name.
  mutating func appendBottomAxis(
    at ticks: [Double], format: AxisLabelFormat, name: String, scale: AxisScale, frame: ChartFrame
  ) {
    append("<path class=\"axis\" stroke=\"#818b98\" d=\"M")
    append(tenths: frame.left)
    append(UInt8(ascii: " "))
    append(tenths: Self.crisp(frame.bottom))
    append(UInt8(ascii: "H"))
    append(tenths: frame.right)
    for tick in ticks {
      append(UInt8(ascii: "M"))
      append(tenths: Self.crisp(scale.position(tick)))
      append(UInt8(ascii: " "))
      append(tenths: Self.crisp(frame.bottom))
      append("v4")
    }
    append("\"/>\n<g class=\"tick\" fill=\"#59636e\" text-anchor=\"middle\">")
    for tick in ticks {
      let half = format.width(of: tick) * 35
      let x = min(scale.position(tick), ChartFrame.width * 10 - half)
      beginText(x: x, y: frame.bottom + 180)
      append(">")
      append(axisLabel: tick, as: format)
      append("</text>")
    }
    append("</g>\n")
    beginText(x: frame.right, y: frame.bottom + 350)
    append(" class=\"note\" fill=\"#59636e\" text-anchor=\"end\">")
    append(text: name)
    append("</text>\n")
  }

  /// The middle of the pixel, so that a line one unit wide is one pixel wide.
  static func crisp(_ tenths: Int) -> Int { tenths / 10 * 10 + 5 }
}
