import KeepsakeTestSupport
import Testing

@testable import KeepsakeModel

private func unified(_ old: String, _ new: String) -> String {
  let diff = TextDiff(old: Array(old.utf8), new: Array(new.utf8))
  return (diff?.hunks ?? []).flatMap { hunk in
    [hunk.header]
      + hunk.lines.map { line in
        let mark =
          switch line.change {
          case .none: " "
          case .removed: "-"
          case .added: "+"
          }
        return mark + line.text + (line.endsInNewline ? "" : "~")
      }
  }.joined(separator: "\n")
}

@Suite struct `Differences between texts` {
  @Test func `stand in hunks with three lines around`() {
    let old = (1...20).map { "\($0)\n" }.joined()
    let new = old.replacing("5\n", with: "five\n", maxReplacements: 1)
      .replacing("19\n", with: "19\nnew\n")
    #expect(
      unified(old, new) == """
        @@ -2,7 +2,7 @@
         2
         3
         4
        -5
        +five
         6
         7
         8
        @@ -17,4 +17,5 @@
         17
         18
         19
        +new
         20
        """)
  }

  @Test(arguments: [
    ("", "a\n", "@@ -0,0 +1 @@\n+a"), ("a\n", "", "@@ -1 +0,0 @@\n-a"), ("a\n", "a\n", ""),
    ("a", "a\n", "@@ -1 +1 @@\n-a~\n+a"), ("a\r\nb", "a\nb", "@@ -1,2 +1,2 @@\n-a\r\n+a\n b~"),
  ])
  func `at the edges are right`(old: String, new: String, expected: String) {
    #expect(unified(old, new) == expected)
  }

  @Test func `of what is no text are not shown`() {
    #expect(TextDiff(old: [0], new: [65]) == nil)
    #expect(TextDiff(old: [0xFF], new: [65]) == nil)
  }

  @Test(arguments: UInt64(0)..<40)
  func `as edit scripts lead from the old list to the new one`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let old = (0..<Int.random(in: 0...30, using: &random)).map { _ in
      Int.random(in: 0...5, using: &random)
    }
    let new = (0..<Int.random(in: 0...30, using: &random)).map { _ in
      Int.random(in: 0...5, using: &random)
    }
    for limit in [3, 1000] {
      let steps = EditScript(from: old, to: new, limit: limit).steps
      var (before, after): ([Int], [Int]) = ([], [])
      for step in steps {
        switch step {
        case .keep(let a, let b):
          #expect(old[a] == new[b])
          before.append(old[a])
          after.append(new[b])
        case .remove(let a): before.append(old[a])
        case .add(let b): after.append(new[b])
        }
      }
      #expect(before == old && after == new)
    }
  }
}
