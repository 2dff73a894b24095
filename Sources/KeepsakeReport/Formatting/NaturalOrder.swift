internal import KeepsakeModel

extension String {
  /// Whether it stands before `other` in lists for people: runs of digits are compared as numbers,
  /// so `layer2` stands before `layer10`, and the rest bytewise.
  func naturallyPrecedes(_ other: String) -> Bool {
    let (x, y) = (utf8Span.span, other.utf8Span.span)
    var (i, j) = (0, 0)
    while i < x.count, j < y.count {
      guard x[i].isDigit, y[j].isDigit else {
        if x[i] != y[j] { return x[i] < y[j] }
        (i, j) = (i + 1, j + 1)
        continue
      }
      while i < x.count, x[i] == UInt8(ascii: "0") { i += 1 }
      while j < y.count, y[j] == UInt8(ascii: "0") { j += 1 }
      let (start, otherStart) = (i, j)
      while i < x.count, x[i].isDigit { i += 1 }
      while j < y.count, y[j].isDigit { j += 1 }
      if i - start != j - otherStart { return i - start < j - otherStart }
      for place in 0..<(i - start) where x[start + place] != y[otherStart + place] {
        return x[start + place] < y[otherStart + place]
      }
    }
    if (i < x.count) != (j < y.count) { return j < y.count }
    return utf8Precedes(other)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
