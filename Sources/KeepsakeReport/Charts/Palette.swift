/// The colours, dashes and shapes of the series of a chart.
///
/// Charts carry light colours as presentation attributes, so that they are right without a
/// stylesheet. CSS restyles them by class:
///
/// - `s1` … `s8`, `other` (a series that is not among the coloured ones), `q1` … `q5` (ranks of
///   parallel coordinates, best first): set `color`; strokes and fills are `currentColor`.
/// - `grid`, `axis`: set `stroke`; `halo`: the same, to the colour of the surface.
/// - `tick`, `note`, `name`, `mark-label`: text, set `fill`.
/// - `raw`, `sm`: measured and smoothed lines; `band`, `bars`: filled areas; `points`: dots.
/// - `bad`: marks of what is not finite, in SVG set `stroke` and, of `bad filled`, `fill`; also a
///   `span` in summaries, set `color`. `clipped`: marks at an edge, set `stroke`, and the colour of
///   the surface as `fill`.
package enum Palette {
  /// The number of colours.
  package static let count = 8

  private static let colors: [StaticString] = [
    "#0e33cc", "#a88945", "#5491d2", "#bf3716", "#267e6f", "#ef31a0", "#904bf4", "#3b4252",
  ]
  private static let classes: [StaticString] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]
  private static let dashes: [StaticString] = ["", "7 3", "2 3", "9 3 2 3"]

  /// Appends ` class="s1" color="#…"`; the neutral colour for `nil`.
  static func append(slot: Int?, to buffer: inout ByteBuffer) {
    guard let slot else { return buffer.append(" class=\"other\" color=\"#a7b0ba\"") }
    buffer.append(" class=\"")
    buffer.append(classes[slot % count])
    buffer.append("\" color=\"")
    buffer.append(colors[slot % count])
    buffer.append("\"")
  }

  /// Appends ` stroke-dasharray="…"`, nothing for a solid line.
  static func appendDash(of slot: Int, to buffer: inout ByteBuffer) {
    guard slot % dashes.count > 0 else { return }
    buffer.append(" stroke-dasharray=\"")
    buffer.append(dashes[slot % dashes.count])
    buffer.append("\"")
  }

  /// Appends the sub-path of a series' end-point shape around `x`, `y`, given in tenths.
  static func appendShape(of slot: Int, x: Int, y: Int, to buffer: inout ByteBuffer) {
    func move(_ dx: Int, _ dy: Int) {
      buffer.append(UInt8(ascii: "M"))
      buffer.append(tenths: x + dx)
      buffer.append(UInt8(ascii: " "))
      buffer.append(tenths: y + dy)
    }
    switch slot % 8 {
    case 0:  // circle
      move(-35, 0)
      buffer.append("a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0z")
    case 1:  // square
      move(-30, -30)
      buffer.append("h6v6h-6z")
    case 2:  // diamond
      move(0, -45)
      buffer.append("l4.5 4.5-4.5 4.5-4.5-4.5z")
    case 3:  // triangle upwards
      move(0, -42)
      buffer.append("l4.2 7.2h-8.4z")
    case 4:  // triangle downwards
      move(0, 42)
      buffer.append("l4.2-7.2h-8.4z")
    case 5:  // cross
      move(-15, -45)
      buffer.append("h3v3h3v3h-3v3h-3v-3h-3v-3h3z")
    case 6:  // bar
      move(-45, -15)
      buffer.append("h9v3h-9z")
    default:  // pillar
      move(-15, -45)
      buffer.append("h3v9h-3z")
    }
  }
}
