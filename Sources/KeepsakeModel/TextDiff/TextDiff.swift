/// The differences between two texts, line by line.
package struct TextDiff: Sendable, Equatable {
  /// What happened to a line.
  package enum Change: Sendable {
    case none
    case removed
    case added
  }

  /// A line of a hunk.
  package struct Line: Sendable, Equatable {
    package let change: Change

    /// The line without its newline.
    package let text: String

    /// Whether a newline ends it; only a text's last line may lack one.
    package let endsInNewline: Bool
  }

  /// Lines that changed, with some around them.
  package struct Hunk: Sendable, Equatable {
    /// The first line in the old text, counted from 1; 0 where the old text has no line here.
    package let oldStart: Int
    package let oldCount: Int
    package let newStart: Int
    package let newCount: Int
    package let lines: [Line]

    /// `@@ -1,3 +1,4 @@`
    package var header: String {
      func range(_ start: Int, _ count: Int) -> String {
        count == 1 ? "\(start)" : "\(start),\(count)"
      }
      return "@@ -\(range(oldStart, oldCount)) +\(range(newStart, newCount)) @@"
    }
  }

  /// The places that differ, in order; empty where the texts are equal.
  package private(set) var hunks: [Hunk] = []

  /// Texts with more bytes than this are not compared.
  package static let byteLimit = 4 << 20

  /// Beyond so many differing lines the texts are shown as replaced.
  private static let stepLimit = 2000

  /// Compares two texts; `nil` where one of them is not text or is too long.
  ///
  /// - Parameter contextCount: how many unchanged lines stand around a change.
  package init?(old: [UInt8], new: [UInt8], contextCount: Int = 3) {
    guard Self.isText(old), Self.isText(new), old.count <= Self.byteLimit,
      new.count <= Self.byteLimit
    else { return nil }
    let (oldLines, newLines) = (Self.lines(old), Self.lines(new))
    var numbers: [ArraySlice<UInt8>: Int] = [:]
    func number(_ line: ArraySlice<UInt8>) -> Int {
      if let number = numbers[line] { return number }
      numbers[line] = numbers.count
      return numbers.count - 1
    }
    let script = EditScript(
      from: oldLines.map(number), to: newLines.map(number), limit: Self.stepLimit)
    hunks = Self.hunks(script.steps, oldLines, newLines, contextCount)
  }

  /// Whether `bytes` are UTF-8 without NUL.
  package static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
  }

  /// The lines with the newline that ends each.
  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for index in bytes.indices where bytes[index] == 0x0A {
      lines.append(bytes[start...index])
      start = index + 1
    }
    if start < bytes.count { lines.append(bytes[start...]) }
    return lines
  }

  private static func hunks(
    _ steps: [EditScript.Step], _ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>],
    _ contextCount: Int
  ) -> [Hunk] {
    let changed = steps.indices.filter { index in
      if case .keep = steps[index] { false } else { true }
    }
    var hunks: [Hunk] = []
    var ranges: [Range<Int>] = []
    for index in changed {
      let around =
        max(0, index - contextCount)..<min(steps.count, index + contextCount + 1)
      if let last = ranges.last, last.upperBound >= around.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<around.upperBound
      } else {
        ranges.append(around)
      }
    }
    var (oldPosition, newPosition, index) = (0, 0, 0)
    for range in ranges {
      // Between hunks both texts advance together.
      oldPosition += range.lowerBound - index
      newPosition += range.lowerBound - index
      let (oldStart, newStart) = (oldPosition, newPosition)
      var lines: [Line] = []
      for step in steps[range] {
        switch step {
        case .keep(let at, _):
          lines.append(line(.none, old[at]))
          oldPosition += 1
          newPosition += 1
        case .remove(let at):
          lines.append(line(.removed, old[at]))
          oldPosition += 1
        case .add(let at):
          lines.append(line(.added, new[at]))
          newPosition += 1
        }
      }
      index = range.upperBound
      let (oldCount, newCount) = (oldPosition - oldStart, newPosition - newStart)
      hunks.append(
        Hunk(
          oldStart: oldCount == 0 ? oldStart : oldStart + 1, oldCount: oldCount,
          newStart: newCount == 0 ? newStart : newStart + 1, newCount: newCount, lines: lines))
    }
    return hunks
  }

  private static func line(_ change: Change, _ bytes: ArraySlice<UInt8>) -> Line {
    let endsInNewline = bytes.last == 0x0A
    return Line(
      change: change,
      text: String(decoding: endsInNewline ? bytes.dropLast() : bytes, as: UTF8.self),
      endsInNewline: endsInNewline)
  }
}
