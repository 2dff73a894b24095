import KeepsakeTestSupport
import Testing

@testable import KeepsakeRepository

@Suite struct `Ignore rules` {
  private static let names = [
    "a", "b", "ab", "abc", "a.b", "foo", "bar", "-", "[", "é", "x y", "#x", "!x", "A", "]", "a*",
    "9", "\\", "a ",
  ]

  private static let pieces =
    names + [
      "*", "*", "*", "**", "**", "/", "/", "/", "/", "?", "[ab]", "[!a]", "[a-c]", "[^b-]",
      "[[:alpha:]]", "[[:digit:][:punct:]]", "[[:nope:]]", "[]a]", "[\\]]", "[a", "[b-", "[[:x]",
      "***", "\\", "\\*", "\\ ", " ", "!", "#", "/**", "**/", "/**/", "a/", "[--a]", "[c-a]", "\\/",
    ]

  /// Few of them, so that most patterns match something.
  private static let commonNames = ["a", "b", "ab", "aa"]
  private static let commonPieces = [
    "a", "b", "a", "*", "**", "/", "/", "?", "[ab]", "[!a]", "**/",
  ]

  private func randomLines(_ pieces: [String], _ generator: inout SeededGenerator) -> String {
    var lines: [String] = []
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let count = Int.random(in: 1...5, using: &generator)
      var line = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      if Int.random(in: 0..<3, using: &generator) == 0, !lines.isEmpty { line = "!" + line }
      if Int.random(in: 0..<8, using: &generator) == 0 { line += "\r" }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + (Bool.random(using: &generator) ? "\n" : "")
  }

  /// Many folders with a `.gitignore` each, and the same paths in all of them. Git takes the last
  /// component of a path that does not exist for a file, the others for folders.
  @Test(arguments: UInt64(0)..<6)
  func `agree with git check-ignore`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let isCommon = seed.isMultiple(of: 2)
    let names = isCommon ? Self.commonNames : Self.names
    let paths = Set(
      (0..<40).map { _ in
        let depth = Int.random(in: 1...4, using: &generator)
        return (0..<depth).map { _ in names.randomElement(using: &generator) ?? "a" }
          .joined(separator: "/")
      }
    ).sorted()
    let folder = try ScratchFolder()
    try run(["git", "init", "-q", "."], in: folder.path)
    var texts: [String] = []
    for number in 0..<150 {
      texts.append(randomLines(isCommon ? Self.commonPieces : Self.pieces, &generator))
      try folder.write("\(number)/.gitignore", texts[number])
    }
    let questions = texts.indices.map { number in
      paths.map { "\(number)/\($0)\0" }.joined()
    }
    try folder.write("questions", questions.joined())
    let answer = try run(
      ["bash", "-c", "git check-ignore --no-index -z --stdin < questions"], in: folder.path,
      accepting: [0, 1])
    let ignored = Set(answer.split(separator: 0).map { Array($0) })
    #expect(!ignored.isEmpty)
    for (number, text) in texts.enumerated() {
      let rules = IgnoreRules(Array(text.utf8))
      for path in paths {
        let expected = ignored.contains(Array("\(number)/\(path)".utf8))
        #expect(rules.ignores(path, isFolder: false) == expected, "\(path) with the rules \(text)")
      }
    }
  }

  @Test func `keep the project's own folders out at any depth`() {
    let rules = IgnoreRules(Array("!.git\n!.keepsake\n".utf8))
    for name in [".git", ".keepsake", ".replicate", ".mypy_cache", "a/b/.git"] {
      #expect(rules.ignores(name, isFolder: true), "\(name)")
      #expect(rules.ignores("\(name)/x", isFolder: false))
    }
    #expect(!rules.ignores(".git", isFolder: false))
    #expect(!rules.ignores(".gitignore", isFolder: false))
  }

  @Test func `are read from the newer file and else from the older`() throws {
    let folder = try ScratchFolder()
    #expect(try !IgnoreRules.load(project: folder.path).ignores("old", isFolder: false))
    try folder.write(".replicateignore", "old")
    #expect(try IgnoreRules.load(project: folder.path).ignores("old", isFolder: false))
    try folder.write(".keepsakeignore", "\u{FEFF}new\r\n")
    let rules = try IgnoreRules.load(project: folder.path)
    #expect(rules.ignores("new", isFolder: false) && !rules.ignores("old", isFolder: false))
  }

  @Test func `that cannot be read are an error naming the file`() throws {
    let folder = try ScratchFolder()
    try folder.makeFolder(".keepsakeignore")
    let error = #expect(throws: SnapshotError.self) { try IgnoreRules.load(project: folder.path) }
    #expect(error?.description.contains(".keepsakeignore") == true)
  }

  @Test func `take no time on patterns made to be slow`() {
    let rules = IgnoreRules(Array((String(repeating: "*a", count: 40) + "b").utf8))
    #expect(!rules.ignores(String(repeating: "a", count: 4000), isFolder: false))
    let deep = IgnoreRules(Array((String(repeating: "**/a/", count: 40) + "b").utf8))
    #expect(!deep.ignores(String(repeating: "a/", count: 1000) + "c", isFolder: false))
  }
}
