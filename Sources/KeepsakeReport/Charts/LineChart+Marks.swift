internal import KeepsakeModel

extension ByteBuffer {
  /// Appends crosses for NaN, triangles for the infinities and for values beyond the axis.
  mutating func appendMarks(of layout: LineChartLayout) {
    var marks = MarkPaths(layout: layout)
    for index in layout.named { marks.add(layout.curves[index]) }
    if !marks.gaps.bytes.isEmpty {
      append("<path class=\"bad\" stroke=\"#a40e26\" stroke-width=\"1.5\" d=\"")
      append(markup: marks.gaps.bytes)
      append("\"/>\n")
    }
    if !marks.infinities.bytes.isEmpty {
      append("<path class=\"bad filled\" stroke=\"#a40e26\" fill=\"#a40e26\" d=\"")
      append(markup: marks.infinities.bytes)
      append("\"/>\n")
    }
    if !marks.clipped.bytes.isEmpty {
      append("<path class=\"clipped\" fill=\"#fff\" stroke=\"#59636e\" d=\"")
      append(markup: marks.clipped.bytes)
      append("\"/>\n")
    }
  }

  /// Appends the ring around the best value with its label.
  mutating func appendBest(of layout: LineChartLayout) {
    guard let index = layout.best, let best = layout.curves[index].best else { return }
    let curve = layout.curves[index]
    let value = curve.series.values[best]
    let (x, y) = layout.point(curve.series.steps[best], value)
    append("<g class=\"best\"><circle class=\"halo\" r=\"4\" stroke=\"#fff\" stroke-width=\"5\"")
    append(attribute: "cx", tenths: x)
    append(attribute: "cy", tenths: y)
    append("/><circle r=\"4\" stroke=\"currentColor\" stroke-width=\"2\"")
    Palette.append(slot: curve.slot, to: &self)
    append(attribute: "cx", tenths: x)
    append(attribute: "cy", tenths: y)
    append("/>")
    var label = ByteBuffer()
    label.append("best ")
    label.append(metric: value)
    label.append(" @ ")
    if layout.axis.isCounted {
      label.append(cell: curve.series.steps[best])
    } else {
      label.append(place: curve.series.steps[best], on: layout.axis)
    }
    let place = BestLabelPlace(
      x: x, y: y, width: label.text.count * 70, layout: layout)
    if place.isFar {
      append("<path class=\"axis\" stroke=\"#818b98\" d=\"M")
      append(tenths: x)
      append(UInt8(ascii: " "))
      append(tenths: place.y < y ? y - 60 : y + 60)
      append(UInt8(ascii: "V"))
      append(tenths: place.y < y ? place.y + 40 : place.y - 110)
      append("\"/>")
    }
    append(markLabel: label, x: place.x, y: place.y)
    append("</g>\n")
  }
}

/// The paths of marks at the edges of a chart, each kind at most once per few units.
private struct MarkPaths {
  let layout: LineChartLayout
  var gaps = ByteBuffer()
  var infinities = ByteBuffer()
  var clipped = ByteBuffer()

  /// The distance within which marks of one kind and one series merge.
  private static let spacing = 80

  init(layout: LineChartLayout) { self.layout = layout }

  mutating func add(_ curve: Curve) {
    let frame = layout.frame
    var lastPositions: [Curve.Gap: Int] = [:]
    for run in curve.gaps where run.gap != .notPositive {
      let x = layout.xScale.position(curve.series.steps[run.range.lowerBound])
      let end = layout.xScale.position(curve.series.steps[run.range.upperBound - 1])
      let isNear = lastPositions[run.gap].map { (x - $0).magnitude < Self.spacing } ?? false
      if !isNear { lastPositions[run.gap] = x }
      switch run.gap {
      case .notANumber:
        if !isNear { appendCross(x: x, y: frame.bottom) }
        if end - x > Self.spacing {
          // A run that never recovers is a line, not thousands of crosses.
          gaps.append(UInt8(ascii: "M"))
          gaps.append(tenths: x)
          gaps.append(UInt8(ascii: " "))
          gaps.append(tenths: frame.bottom)
          gaps.append(UInt8(ascii: "H"))
          gaps.append(tenths: end)
        }
      case .positiveInfinity:
        if !isNear { Self.appendTriangle(x: x, y: frame.top, points: -1, to: &infinities) }
      case .negativeInfinity:
        if !isNear { Self.appendTriangle(x: x, y: frame.bottom, points: 1, to: &infinities) }
      case .notPositive: break
      }
    }
    if layout.domain.isClipped { addClipped(curve) }
  }

  private mutating func addClipped(_ curve: Curve) {
    let values = layout.curves.count < 3 ? curve.series.values : curve.drawn
    var (lastHigh, lastLow) = (Int.min / 2, Int.min / 2)
    for run in curve.runs {
      for index in run {
        let value = values[index]
        if value > layout.domain.range.upperBound {
          let x = layout.xScale.position(curve.series.steps[index])
          guard (x - lastHigh).magnitude >= Self.spacing else { continue }
          lastHigh = x
          Self.appendTriangle(x: x, y: layout.frame.top, points: -1, to: &clipped)
        } else if value < layout.domain.range.lowerBound {
          let x = layout.xScale.position(curve.series.steps[index])
          guard (x - lastLow).magnitude >= Self.spacing else { continue }
          lastLow = x
          Self.appendTriangle(x: x, y: layout.frame.bottom, points: 1, to: &clipped)
        }
      }
    }
  }

  private mutating func appendCross(x: Int, y: Int) {
    gaps.append(UInt8(ascii: "M"))
    gaps.append(tenths: x - 35)
    gaps.append(UInt8(ascii: " "))
    gaps.append(tenths: y - 35)
    gaps.append("l7 7m0-7l-7 7")
  }

  /// A triangle whose tip touches the edge at `y` from inside; `points` is -1 for upwards.
  private static func appendTriangle(x: Int, y: Int, points: Int, to path: inout ByteBuffer) {
    path.append(UInt8(ascii: "M"))
    path.append(tenths: x)
    path.append(UInt8(ascii: " "))
    path.append(tenths: y)
    path.append(points < 0 ? "l4 7h-8z" : "l4-7h-8z")
  }
}

/// Where the label of the best value covers the least of the lines.
private struct BestLabelPlace {
  var x: Int
  var y: Int

  /// Whether the label is so far from its point that a line must join them.
  var isFar = false

  init(x: Int, y: Int, width: Int, layout: LineChartLayout) {
    let frame = layout.frame
    let isLow = layout.goal == .minimize
    (self.x, self.y) = (x - width / 2, isLow ? y + 190 : y - 100)
    // Text stands on y; it reaches 10 units above and 3 below.
    let centered = min(max(x - width / 2, frame.left + 20), frame.right - width)
    var fewest = Int.max
    for distance in [0, 120, 240, 360, 480, 640, 800, 1000] {
      let below = y + 190 + distance
      let above = y - 100 - distance
      let heights = distance == 0 ? (isLow ? [below, above] : [above, below]) : [above, below]
      var candidates = heights.map { (centered, $0) }
      if distance == 0 { candidates += [(x + 90, y + 40), (x - 90 - width, y + 40)] }
      for (left, baseline) in candidates {
        let box = (
          left: left - 20, right: left + width + 20, top: baseline - 110, bottom: baseline + 40
        )
        guard left >= frame.left, left + width <= frame.right, box.top >= frame.top - 80,
          box.bottom <= frame.bottom
        else { continue }
        let crossings = layout.named.reduce(0) {
          $0 + layout.crossings(of: layout.curves[$1], box, below: fewest)
        }
        if crossings < fewest {
          (self.x, self.y, fewest, isFar) = (left, baseline, crossings, distance > 0)
        }
      }
      if fewest == 0 { break }
    }
  }
}

extension LineChartLayout {
  /// How many segments of a line come into a box; of very long lines an estimate.
  fileprivate func crossings(
    of curve: Curve, _ box: (left: Int, right: Int, top: Int, bottom: Int),
    below limit: Int
  ) -> Int {
    let steps = curve.series.steps
    let values = showsRaw ? curve.series.values : curve.drawn
    let span = xScale.domain.upperBound - xScale.domain.lowerBound
    let width = Double(xScale.end - xScale.start)
    let low = xScale.domain.lowerBound + Double(box.left - xScale.start) / width * span
    let high = xScale.domain.lowerBound + Double(box.right - xScale.start) / width * span
    var count = 0
    for pass in curve.series.passes {
      let start = max(pass.lowerBound, steps.firstPosition(notBelow: low, in: pass) - 1)
      let end = min(pass.upperBound, steps.firstPosition(notBelow: high, in: pass) + 1)
      guard start < end else { continue }
      let stride = max(1, (end - start) / 200)
      var previous: Int?
      var index = start
      while index < end, count < limit {
        let value = values[index]
        if value.isFinite {
          let y = yScale.position(value)
          let (top, bottom) = (min(y, previous ?? y), max(y, previous ?? y))
          if bottom >= box.top, top <= box.bottom { count += 1 }
          previous = y
        } else {
          previous = nil
        }
        index += stride
      }
    }
    return count
  }
}

extension [Double] {
  /// The position of the first element of `range` that is not less than `value`; its end where there
  /// is none. The range must be ascending.
  func firstPosition(notBelow value: Double, in range: Range<Int>? = nil) -> Int {
    var (low, high) = (range?.lowerBound ?? 0, range?.upperBound ?? count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
