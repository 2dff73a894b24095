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

  /// Makes up to 80 files and folders and returns their paths.
  private func makeTree(_ folder: ScratchFolder, _ generator: inout SeededGenerator) throws
    -> [String]
  {
    for _ in 0..<50 {
      let depth = Int.random(in: 1...4, using: &generator)
      let path = (0..<depth).map { _ in Self.names.randomElement(using: &generator) ?? "a" }
        .joined(separator: "/")
      // In the way of another one, sometimes.
      if Bool.random(using: &generator) { try? folder.makeFolder(path) }
      try? folder.write(path, "")
    }
    return folder.paths()
  }

  @Test(arguments: UInt64(0)..<12)
  func `agree with git check-ignore`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let folder = try ScratchFolder()
    let paths = try makeTree(folder, &generator)
    try run(["git", "init", "-q", "."], in: folder.path)
    for _ in 0..<12 {
      var lines: [String] = []
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let count = Int.random(in: 1...5, using: &generator)
        var line = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }
          .joined()
        if Int.random(in: 0..<3, using: &generator) == 0, !lines.isEmpty { line = "!" + line }
        if Int.random(in: 0..<8, using: &generator) == 0 { line += "\r" }
        lines.append(line)
      }
      let text = lines.joined(separator: "\n") + (Bool.random(using: &generator) ? "\n" : "")
      try folder.write(".gitignore", text)
      let input = paths.flatMap { path -> [UInt8] in Array(path.utf8) + [0] }
      let answer = try run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"], in: folder.path, input: input,
        accepting: [0, 1])
      let expected = Set(answer.split(separator: 0).map { Array($0) })
      let rules = IgnoreRules(Array(text.utf8))
      for path in paths {
        let isFolder = try FileStatus(path: "\(folder.path)/\(path)", followsLinks: false).kind
        let isIgnored = rules.ignores(path, isFolder: isFolder == .folder)
        #expect(
          isIgnored == expected.contains(Array(path.utf8)), "\(path) with the rules \(lines)")
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
