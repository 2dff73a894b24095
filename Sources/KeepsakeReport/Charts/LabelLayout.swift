/// Places labels beside a chart so that they do not overlap.
package enum LabelLayout {
  /// Positions near the `desired` ones, in the same order, at least `spacing` apart and in `range`.
  ///
  /// Labels that collide share their displacement: isotonic regression, pooling neighbours that
  /// are out of order. Labels that find no room at all overlap at equal distances.
  package static func relaxed(_ desired: [Int], spacing: Int, in range: ClosedRange<Int>) -> [Int] {
    guard !desired.isEmpty else { return [] }
    let room = range.upperBound - range.lowerBound
    let spacing = desired.count > 1 ? min(spacing, room / (desired.count - 1)) : spacing
    let order = desired.indices.sorted { (desired[$0], $0) < (desired[$1], $1) }
    // Without the spacing, "in order and apart" is just "not descending".
    var pools: [(sum: Int, count: Int)] = []
    for (rank, index) in order.enumerated() {
      pools.append((desired[index] - rank * spacing, 1))
      while pools.count > 1 {
        let (a, b) = (pools[pools.count - 2], pools[pools.count - 1])
        guard a.sum * b.count > b.sum * a.count else { break }
        pools.removeLast(2)
        pools.append((a.sum + b.sum, a.count + b.count))
      }
    }
    let highest = range.upperBound - (desired.count - 1) * spacing
    var positions = desired
    var rank = 0
    for pool in pools {
      let mean = min(max(pool.sum / pool.count, range.lowerBound), highest)
      for _ in 0..<pool.count {
        positions[order[rank]] = mean + rank * spacing
        rank += 1
      }
    }
    return positions
  }

  /// About how many letters wide a text is; wide characters count twice.
  package static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 2 : 1) }
  }

  /// Text of at most about `width` letters: of longer ones the start and the end, where names differ.
  static func shortened(_ text: String, to width: Int) -> String {
    guard Self.width(of: text) > width else { return text }
    let head = prefix(of: text, width: (width - 1) / 3)
    let rest = width - 1 - Self.width(of: head)
    return head + "…" + prefix(of: String(text.reversed()), width: rest).reversed()
  }

  private static func prefix(of text: String, width: Int) -> String {
    var (cut, used) = ("", 0)
    for character in text {
      used += Self.width(of: String(character))
      if used > width { break }
      cut.append(character)
    }
    return cut
  }
}
