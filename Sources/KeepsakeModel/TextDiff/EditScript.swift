/// The shortest way from one list to another by removing and adding elements.
///
/// Greedy search after Eugene Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
struct EditScript {
  /// A step of the script.
  enum Step: Equatable {
    /// An element of both lists, by its index in each.
    case keep(old: Int, new: Int)
    case remove(old: Int)
    case add(new: Int)
  }

  /// The steps, in order.
  private(set) var steps: [Step] = []

  /// Finds the script. Where more than `limit` steps differ, what lies between the common beginning
  /// and the common end is replaced as a whole. O((old + new) × differences).
  init(from old: [Int], to new: [Int], limit: Int) {
    let start = zip(old, new).prefix { $0 == $1 }.count
    let end = zip(old.dropFirst(start).reversed(), new.dropFirst(start).reversed())
      .prefix { $0 == $1 }.count
    for index in 0..<start { steps.append(.keep(old: index, new: index)) }
    let (a, b) = (Array(old[start..<old.count - end]), Array(new[start..<new.count - end]))
    if let middle = Self.search(a, b, limit: limit) {
      for step in middle {
        switch step {
        case .keep(let old, let new): steps.append(.keep(old: old + start, new: new + start))
        case .remove(let old): steps.append(.remove(old: old + start))
        case .add(let new): steps.append(.add(new: new + start))
        }
      }
    } else {
      steps += a.indices.map { .remove(old: $0 + start) }
      steps += b.indices.map { .add(new: $0 + start) }
    }
    for index in 0..<end {
      steps.append(.keep(old: old.count - end + index, new: new.count - end + index))
    }
  }

  private static func search(_ a: [Int], _ b: [Int], limit: Int) -> [Step]? {
    if a.isEmpty { return b.indices.map { .add(new: $0) } }
    if b.isEmpty { return a.indices.map { .remove(old: $0) } }
    let most = min(a.count + b.count, limit)
    // reach[k] is how far in `a` the diagonal k - most was followed.
    var reach = [Int](repeating: 0, count: 2 * most + 3)
    var history: [[Int]] = []
    for distance in 0...most {
      history.append(Array(reach[(most - distance)...(most + distance + 2)]))
      for k in stride(from: -distance, through: distance, by: 2) {
        let center = most + 1 + k
        let goesDown = k == -distance || (k != distance && reach[center - 1] < reach[center + 1])
        var x = goesDown ? reach[center + 1] : reach[center - 1] + 1
        while x < a.count, x - k < b.count, a[x] == b[x - k] { x += 1 }
        reach[center] = x
        if x >= a.count, x - k >= b.count {
          return trace(history, from: (a.count, b.count))
        }
      }
    }
    return nil
  }

  private static func trace(_ history: [[Int]], from end: (Int, Int)) -> [Step] {
    var steps: [Step] = []
    var (x, y) = end
    for distance in history.indices.reversed() {
      let reach = history[distance]
      let k = x - y
      // The slice of this round starts at diagonal -distance - 1.
      let center = k + distance + 1
      let goesDown = k == -distance || (k != distance && reach[center - 1] < reach[center + 1])
      let previousX = distance == 0 ? 0 : goesDown ? reach[center + 1] : reach[center - 1]
      let previousY = distance == 0 ? 0 : previousX - (goesDown ? k + 1 : k - 1)
      let firstX = distance == 0 ? 0 : previousX + (goesDown ? 0 : 1)
      while x > firstX {
        steps.append(.keep(old: x - 1, new: y - 1))
        x -= 1
        y -= 1
      }
      if distance > 0 {
        if goesDown { steps.append(.add(new: y - 1)) } else { steps.append(.remove(old: x - 1)) }
      }
      (x, y) = (previousX, previousY)
    }
    return steps.reversed()
  }
}
