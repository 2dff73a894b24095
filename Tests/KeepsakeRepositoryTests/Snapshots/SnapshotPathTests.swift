import KeepsakeRepository
import Testing

@Suite struct `Snapshot paths` {
  @Test(arguments: [
    (".", "."), ("./", "."), ("data", "data"), ("./data//sub/", "data/sub"), ("..x", "..x"),
    ("data/../data/sub", "data/sub"), ("data/..", "."), ("é", "é"),
  ])
  func `are normalised`(text: String, expected: String) throws {
    let folder = try ScratchFolder()
    try folder.makeFolder("data/sub")
    try folder.makeFolder("..x")
    try folder.makeFolder("é")
    #expect(try SnapshotPath(text, project: folder.path).relative == expected)
  }

  @Test(arguments: ["", "/", "/etc", "..", "../x", "./..", "data/../../x", "a\u{0}b"])
  func `that leave the project are refused with a reason`(text: String) throws {
    let folder = try ScratchFolder()
    let error = try #require(
      throws: SnapshotError.self, "\(text)"
    ) { try SnapshotPath(text, project: folder.path) }
    #expect(error.code == .invalidPath)
    #expect(error.fix.contains(folder.path))
  }

  @Test func `where nothing exists are an error that names them`() throws {
    let folder = try ScratchFolder()
    try folder.write("file", "")
    for text in ["weights", "file/x"] {
      let error = try #require(throws: SnapshotError.self) {
        try SnapshotPath(text, project: folder.path)
      }
      #expect(error.code == .notFound)
      #expect(error.what.contains(text))
    }
  }
}
