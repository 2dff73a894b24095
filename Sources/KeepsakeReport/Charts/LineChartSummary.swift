internal import KeepsakeModel

/// What a line chart says, in words.
struct LineChartSummary {
  private(set) var buffer = ByteBuffer()
  private let layout: LineChartLayout

  init(_ layout: LineChartLayout) {
    self.layout = layout
    if layout.curves.count == 1 { appendSingle(layout.curves[0]) } else { appendMany() }
    appendReturns()
    appendClipped()
    appendGaps()
  }

  private mutating func appendSingle(_ curve: Curve) {
    let series = curve.series
    buffer.append(grouped: series.values.count)
    buffer.append(series.values.count == 1 ? " value" : " values")
    if let first = series.values.indices.first, let last = series.values.indices.last {
      let digits = ByteBuffer.digitCount(
        tellingApart: [first, last, curve.best ?? first].map { series.values[$0] })
      buffer.append(first == last ? ": " : ": first ")
      append(series, at: first, digits: digits)
      if first != last {
        buffer.append(", last ")
        append(series, at: last, digits: digits)
      }
      if let best = curve.best, first != last {
        buffer.append(", best ")
        append(series, at: best, digits: digits)
      }
    }
    buffer.append(".")
    if let selection = layout.selection {
      buffer.append(" Shown: ")
      buffer.append(text: selection)
      buffer.append(".")
    }
    appendBands()
  }

  private mutating func appendMany() {
    buffer.append(grouped: layout.curves.count)
    buffer.append(" series")
    if let selection = layout.selection {
      buffer.append(": ")
      buffer.append(text: selection)
    }
    if layout.curves.count > layout.named.count {
      buffer.append(layout.goal == nil ? ", the first " : ", the best ")
      buffer.append(layout.named.count)
      buffer.append(" in colour")
      if layout.crowd != nil { buffer.append(", the others as their 10th to 90th percentile") }
    }
    buffer.append(".")
    let ranked = layout.named.first { layout.curves[$0].best != nil }
    let best = (layout.best ?? (layout.curves.count > 8 ? ranked : nil)).flatMap { index in
      layout.curves[index].best.map { (index, $0) }
    }
    let lasts = layout.named.compactMap { layout.curves[$0].series.values.last }
    let digits = ByteBuffer.digitCount(
      tellingApart: lasts + (best.map { [layout.curves[$0.0].series.values[$0.1]] } ?? []))
    if let (index, best) = best {
      buffer.append(" Best: ")
      buffer.appendName(of: layout.curves[index].series)
      buffer.append(" with ")
      append(layout.curves[index].series, at: best, digits: digits)
      buffer.append(".")
    }
    buffer.append(" Last:")
    for (position, index) in layout.named.enumerated() {
      let curve = layout.curves[index]
      buffer.append(position == 0 ? " " : ", ")
      buffer.append(text: curve.series.shortLabel)
      buffer.append(UInt8(ascii: " "))
      if let last = curve.series.values.last {
        buffer.append(metric: last, digits: digits)
      } else {
        buffer.append("none")
      }
    }
    buffer.append(".")
    appendBands()
  }

  /// Appends what bands show, and which of them end before their longest run does.
  private mutating func appendBands() {
    let means = layout.curves.map(\.series).filter { $0.band != nil }
    guard let first = means.first?.band else { return }
    buffer.append(" Line and band: mean ± standard deviation of ")
    if means.allSatisfy({ $0.band?.count == first.count }) {
      buffer.append(first.count)
      buffer.append(" runs")
    } else {
      buffer.append("n runs")
    }
    buffer.append(".")
    let short = means.filter { ($0.steps.last ?? 0) < ($0.band?.longest ?? 0) }
    if short.isEmpty { return }
    if means.count == 1 {
      buffer.append(" It stops where its shortest run does")
    } else {
      buffer.append(" ")
      if short.count < means.count { buffer.append(short.count) } else { buffer.append("All") }
      buffer.append(short.count == 1 ? " stops" : " stop")
      buffer.append(" where the shortest run does")
    }
    if short.count > 2 { return buffer.append(".") }
    buffer.append(":")
    for (place, series) in short.enumerated() {
      guard let band = series.band, let last = series.steps.last else { continue }
      buffer.append(place == 0 ? " " : ", ")
      if means.count > 1 { buffer.append(text: series.shortLabel) }
      if means.count > 1 { buffer.append(" ") }
      append(place: last)
      buffer.append(" (the longest ")
      buffer.append(layout.axis.preposition)
      buffer.append(cell: band.longest)
      buffer.append(")")
    }
    buffer.append(".")
  }

  private mutating func append(place: Double) {
    buffer.append(layout.axis.preposition)
    buffer.append(place: place, on: layout.axis)
  }

  private mutating func append(_ series: ChartSeries, at index: Int, digits: Int) {
    buffer.append(metric: series.values[index], digits: digits)
    buffer.append(" ")
    append(place: series.steps[index])
  }

  /// Appends where steps go back, which replaces what was recorded before.
  private mutating func appendReturns() {
    let returning = layout.curves.map(\.series).filter { $0.passes.count > 1 }
    guard let series = returning.first else { return }
    let count = series.passes.count - 1
    buffer.append(UInt8(ascii: " "))
    if returning.count > 1 {
      buffer.append(grouped: returning.count)
      buffer.append(" series go back, first ")
      buffer.append(text: series.shortLabel)
    } else if layout.curves.count > 1 {
      buffer.append(text: series.shortLabel)
      buffer.append(" goes back")
    } else {
      buffer.append("Goes back")
    }
    if returning.count == 1, count > 1 {
      buffer.append(UInt8(ascii: " "))
      buffer.append(grouped: count)
      buffer.append(" times, first")
    }
    buffer.append(" to ")
    buffer.append(place: series.steps[series.passes[1].lowerBound], on: layout.axis)
    if returning.count == 1, count == 1 { buffer.append(" once") }
    buffer.append("; what that replaced is faint.")
  }

  private mutating func appendClipped() {
    guard layout.domain.isClipped else { return }
    let range = layout.domain.range
    var (above, below) = (0, 0)
    var (highest, lowest) = (-Double.infinity, Double.infinity)
    for curve in layout.curves {
      let values = layout.curves.count < 3 ? curve.series.values : curve.drawn
      for run in curve.runs {
        for index in run {
          let value = values[index]
          if value > range.upperBound { above += 1 }
          if value < range.lowerBound { below += 1 }
          highest = max(highest, value)
          lowest = min(lowest, value)
        }
      }
    }
    append(above, beyond: " above the axis, up to ", extreme: highest)
    append(below, beyond: " below the axis, down to ", extreme: lowest)
    if layout.unsmoothedCount > 0 {
      buffer.append(" Smoothing leaves ")
      buffer.append(layout.unsmoothedCount, noun: "value out.", plural: "values out.")
    }
  }

  private mutating func append(_ count: Int, beyond: StaticString, extreme: Double) {
    guard count > 0 else { return }
    buffer.append(UInt8(ascii: " "))
    buffer.append(grouped: count)
    buffer.append(count == 1 ? " value" : " values")
    buffer.append(beyond)
    buffer.append(metric: extreme)
    buffer.append(".")
  }

  private mutating func appendGaps() {
    append(.notANumber, name: " NaN")
    append(.positiveInfinity, name: " Inf")
    append(.negativeInfinity, name: " \u{2212}Inf")
    let hidden = layout.curves.reduce(0) { $0 + $1.count(of: .notPositive) }
    if hidden > 0 {
      buffer.append(UInt8(ascii: " "))
      buffer.append(grouped: hidden)
      buffer.append(hidden == 1 ? " value" : " values")
      buffer.append(" ≤ 0 not on the log scale.")
    }
  }

  private mutating func append(_ gap: Curve.Gap, name: StaticString) {
    var count = 0
    var first: (step: Double, curve: Int)?
    for (index, curve) in layout.curves.enumerated() {
      count += curve.count(of: gap)
      guard let run = curve.gaps.first(where: { $0.gap == gap }) else { continue }
      let step = curve.series.steps[run.range.lowerBound]
      if first.map({ step < $0.step }) ?? true { first = (step, index) }
    }
    guard let first else { return }
    buffer.append(" <span class=\"bad\">")
    buffer.append(grouped: count)
    buffer.append(name)
    buffer.append(count == 1 ? "</span>, " : "</span>, first ")
    append(place: first.step)
    if layout.curves.count > 1 {
      buffer.append(" of ")
      buffer.append(text: layout.curves[first.curve].series.shortLabel)
    }
    buffer.append(".")
  }
}

extension ByteBuffer {
  /// Appends a count with commas between groups of three digits.
  package mutating func append(grouped count: Int) {
    if count >= 1000 {
      append(grouped: count / 1000)
      append(UInt8(ascii: ","))
      append(count % 1000, width: 3)
    } else {
      append(count)
    }
  }
}
