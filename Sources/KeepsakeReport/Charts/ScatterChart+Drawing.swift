internal import KeepsakeModel

extension ByteBuffer {
  /// Appends the line at the bottom with the names of categories.
  mutating func appendCategoryAxis(of layout: ScatterLayout, name: String) {
    let frame = layout.frame
    append("<path class=\"axis\" stroke=\"#818b98\" d=\"M")
    append(tenths: frame.left)
    append(UInt8(ascii: " "))
    append(tenths: Self.crisp(frame.bottom))
    append(UInt8(ascii: "H"))
    append(tenths: frame.right)
    append("\"/>\n<g class=\"tick\" fill=\"#59636e\" text-anchor=\"middle\">")
    let width = (layout.xScale.end - layout.xScale.start) / layout.categories.count
    // Names need room for about eight letters; of more categories only every n-th is named.
    let stride = max(1, 640 / max(width, 1))
    for index in Swift.stride(from: 0, to: layout.categories.count, by: stride) {
      beginText(x: layout.xScale.position(Double(index)), y: frame.bottom + 180)
      append(">")
      append(text: layout.categories[index], width: max(6, width * stride / 75))
      append("</text>")
    }
    append("</g>\n")
    beginText(x: frame.right, y: frame.bottom + 350)
    append(" class=\"note\" fill=\"#59636e\" text-anchor=\"end\">")
    append(text: name, width: 60)
    append("</text>\n")
  }

  /// Appends which axes are logarithmic.
  mutating func appendLogNote(of layout: ScatterLayout) {
    guard layout.xScale.isLogarithmic || layout.yScale.isLogarithmic else { return }
    beginText(x: layout.frame.left, y: layout.frame.bottom + 350)
    append(" class=\"note\" fill=\"#59636e\">")
    if layout.xScale.isLogarithmic, layout.yScale.isLogarithmic {
      append("log scales")
    } else {
      append(layout.xScale.isLogarithmic ? "log scale →" : "log scale ↑")
    }
    append("</text>\n")
  }

  /// Appends histograms above and to the right, the tallest bar of each 30 units.
  mutating func appendHistograms(of layout: ScatterLayout) {
    let frame = layout.frame
    append("<path class=\"bars\" fill=\"#a7b0ba\" d=\"")
    let (left, right) = (layout.xScale.start, layout.xScale.end)
    let most = max(1, layout.xCounts.max() ?? 1)
    for (bin, count) in layout.xCounts.enumerated() where count > 0 {
      let x = left + (right - left) * bin / layout.xCounts.count + 5
      let end = left + (right - left) * (bin + 1) / layout.xCounts.count - 5
      appendBar(
        x: x, y: frame.top - 60 - 300 * count / most, width: end - x, height: 300 * count / most)
    }
    let widest = max(1, layout.yCounts.max() ?? 1)
    for (bin, count) in layout.yCounts.enumerated() where count > 0 {
      let y = frame.top + (frame.bottom - frame.top) * bin / layout.yCounts.count + 5
      let end = frame.top + (frame.bottom - frame.top) * (bin + 1) / layout.yCounts.count - 5
      appendBar(x: frame.right + 60, y: y, width: 300 * count / widest, height: end - y)
    }
    append("\"/>\n")
  }

  private mutating func appendBar(x: Int, y: Int, width: Int, height: Int) {
    append(UInt8(ascii: "M"))
    append(tenths: x)
    append(UInt8(ascii: " "))
    append(tenths: y)
    append(UInt8(ascii: "h"))
    append(tenths: max(width, 5))
    append(UInt8(ascii: "v"))
    append(tenths: max(height, 5))
    append(UInt8(ascii: "h"))
    append(tenths: -max(width, 5))
    append("z")
  }

  /// Appends the points: each one of up to 5,000, counts per cell of more.
  mutating func appendPoints(of layout: ScatterLayout) {
    append("<g")
    Palette.append(slot: 0, to: &self)
    append(">")
    if layout.points.count > 5000 {
      appendCells(of: layout)
    } else if !layout.points.isEmpty {
      append("<path class=\"points\" stroke=\"currentColor\" stroke-width=\"6\"")
      append(" stroke-linecap=\"round\" stroke-opacity=\".7\" d=\"")
      reserve(layout.points.count * 14)
      for point in layout.points {
        append(UInt8(ascii: "M"))
        append(tenths: point.x)
        append(UInt8(ascii: " "))
        append(tenths: point.y)
        append("h0")
      }
      append("\"/>")
    }
    append("</g>\n")
    if !layout.clipped.isEmpty {
      append("<path class=\"clipped\" fill=\"#fff\" stroke=\"#59636e\" d=\"")
      for point in layout.clipped {
        append(UInt8(ascii: "M"))
        append(tenths: point.x)
        append(UInt8(ascii: " "))
        append(tenths: point.y)
        append(point.y == layout.frame.top ? "l4 7h-8z" : "l4-7h-8z")
      }
      append("\"/>\n")
    }
    if !layout.unplaced.isEmpty {
      append("<path class=\"bad\" stroke=\"#a40e26\" stroke-width=\"1.5\" d=\"")
      for point in layout.unplaced {
        append(UInt8(ascii: "M"))
        append(tenths: point.x - 35)
        append(UInt8(ascii: " "))
        append(tenths: point.y - 35)
        append("l7 7m0-7l-7 7")
      }
      append("\"/>\n")
    }
  }

  /// Appends a grid of 64 × 40 cells, darker where there are more points.
  private mutating func appendCells(of layout: ScatterLayout) {
    let frame = layout.frame
    let (columns, rows) = (64, 40)
    let (width, height) = (frame.right - frame.left, frame.bottom - frame.top)
    var counts = [Int](repeating: 0, count: columns * rows)
    for point in layout.points {
      let column = min((point.x - frame.left) * columns / width, columns - 1)
      let row = min((point.y - frame.top) * rows / height, rows - 1)
      counts[row * columns + column] += 1
    }
    let most = max(1, counts.max() ?? 1)
    let opacities: [StaticString] = [".2", ".4", ".6", ".8", "1"]
    for level in opacities.indices {
      append("<path fill=\"currentColor\" fill-opacity=\"")
      append(opacities[level])
      append("\" d=\"")
      for cell in counts.indices where counts[cell] > 0 && (counts[cell] * 5 - 1) / most == level {
        let (row, column) = cell.quotientAndRemainder(dividingBy: columns)
        let (x, end) = (width * column / columns, width * (column + 1) / columns)
        let (y, bottom) = (height * row / rows, height * (row + 1) / rows)
        appendBar(x: frame.left + x, y: frame.top + y, width: end - x, height: bottom - y)
      }
      append("\"/>")
    }
  }

  /// Appends the ring around the best experiment with its label.
  mutating func appendBest(of layout: ScatterLayout, chart: ScatterChart) {
    guard let best = layout.best,
      let point = (layout.points + layout.clipped).first(where: { $0.experiment == best })
    else { return }
    append("<circle class=\"halo\" r=\"5\" stroke=\"#fff\" stroke-width=\"4\"")
    append(attribute: "cx", tenths: point.x)
    append(attribute: "cy", tenths: point.y)
    append("/><circle class=\"s4\" color=\"#bf3716\" r=\"5\" stroke=\"currentColor\"")
    append(attribute: "cx", tenths: point.x)
    append(attribute: "cy", tenths: point.y)
    append(" stroke-width=\"2\"/>\n")
    let isRight = point.x > (layout.frame.left + layout.frame.right) / 2
    var label = ByteBuffer()
    label.append("best ")
    label.append(cellOf: chart.metric, at: best)
    append(
      markLabel: label, x: isRight ? point.x - 100 : point.x + 100, y: point.y + 40,
      endsThere: isRight)
    append("\n")
  }
}
