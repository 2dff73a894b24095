import KeepsakeModel
import KeepsakeRepository
import Testing

@Suite struct `Walking a project` {
  @Test func `lists files sorted bytewise with size and mode`() throws {
    let folder = try ScratchFolder()
    try folder.write("b/x", "1234", mode: 0o755)
    try folder.write("a", "", mode: 0o600)
    try folder.write("b-c", "12")
    try folder.write("B", "1")
    try folder.makeFolder("empty")
    let walk = try folder.walk()
    #expect(walk.files.map(\.path) == ["B", "a", "b-c", "b/x"])
    #expect(walk.files.map(\.mode) == [0o644, 0o600, 0o644, 0o755])
    #expect(walk.files.map(\.byteCount) == [1, 0, 2, 4])
    #expect(walk.byteCount == 7)
    #expect(walk.skipped.isEmpty)
  }

  @Test func `keeps names apart that Unicode holds equal`() throws {
    let folder = try ScratchFolder()
    try folder.write("caf\u{E9}", "1")
    try folder.write("cafe\u{301}", "22")
    #expect(try folder.walk().files.map(\.byteCount) == [2, 1])
  }

  @Test func `leaves out ignored files, project folders and Python environments`() throws {
    let folder = try ScratchFolder()
    for name in [
      ".git/config", ".keepsake/x", "sub/.mypy_cache/x", "venv/pyvenv.cfg", "venv/lib/x", "a.log",
      "sub/keep", "repo/metadata",
    ] {
      try folder.write(name, "x")
    }
    let walk = try FileWalk(
      SnapshotPath(".", project: folder.path), project: folder.path,
      rules: IgnoreRules(Array("*.log\n".utf8)), excluding: ["\(folder.path)/sub/../repo"])
    #expect(walk.files.map(\.path) == ["sub/keep"])
  }

  @Test(arguments: [".", "sub/..", "..", "../project"])
  func `leaves out a repository that shares its folder`(root: String) throws {
    let folder = try ScratchFolder()
    try folder.write("project/sub/checkpoints/x", "kept")
    for name in [
      "metadata/experiments/x.json", "experiments/x.tar.gz", "checkpoints/x.tar.gz",
      "repository.json",
    ] {
      try folder.write("project/\(root)/\(name)", "x")
    }
    let project = "\(folder.path)/project"
    let walk = try FileWalk(
      SnapshotPath(".", project: project), project: project, rules: IgnoreRules(),
      excluding: RepositoryLayout.places(in: "\(project)/\(root)"))
    #expect(walk.files.map(\.path) == ["sub/checkpoints/x"])
  }

  @Test(arguments: ["repo", "repo/metadata/experiments", "repo/repository.json", "link/metadata"])
  func `refuses a path in the repository`(path: String) throws {
    let folder = try ScratchFolder()
    try folder.write("repo/metadata/experiments/x.json", "x")
    try folder.write("repo/repository.json", "x")
    try folder.link("link", to: "repo")
    let error = try #require(throws: SnapshotError.self) {
      try FileWalk(
        SnapshotPath(path, project: folder.path), project: folder.path, rules: IgnoreRules(),
        excluding: RepositoryLayout.places(in: "\(folder.path)/repo"))
    }
    #expect(error.why.contains("in the repository"), "\(error)")
  }

  @Test(arguments: [
    ("ignored", "ignore rules"), ("ignored/x", "ignore rules"), ("empty", "no file"),
    ("venv/lib/x", "pyvenv.cfg"), ("venv", "pyvenv.cfg"), ("sub/.git", "ignore rules"),
    ("fifo", "named pipe"),
  ])
  func `of a path without files says why`(name: String, reason: String) throws {
    let folder = try ScratchFolder()
    try folder.write("ignored/x", "x")
    try folder.write("venv/pyvenv.cfg", "x")
    try folder.write("venv/lib/x", "x")
    try folder.write("sub/.git/x", "x")
    try folder.makeFolder("empty")
    try run(["mkfifo", "fifo"], in: folder.path)
    let error = try #require(throws: SnapshotError.self) {
      try folder.walk(name, rules: IgnoreRules(Array("ignored".utf8)))
    }
    #expect(error.code == .noFiles)
    #expect(error.why.contains(reason), "\(error)")
  }

  @Test func `reports pipes and names that are not UTF-8 and goes on`() throws {
    let folder = try ScratchFolder()
    try folder.write("a", "x")
    try run(["mkfifo", "pipe"], in: folder.path)
    try run(["bash", "-c", "echo x > $'bad\\xff\\n'; mkdir $'dir\\xfe'"], in: folder.path)
    let walk = try folder.walk()
    #expect(walk.files.map(\.path) == ["a"])
    #expect(
      walk.skipped.map(\.description) == [
        "bad\\xff\\x0a: has a name that is not UTF-8", "dir\\xfe: has a name that is not UTF-8",
        "pipe: is a named pipe",
      ])
  }

  @Test func `keeps links that stay inside and takes the files that others lead to`() throws {
    let outside = try ScratchFolder()
    try outside.write("data.csv", "12345")
    let folder = try ScratchFolder()
    try folder.write("out/model", "x")
    try folder.write("config", "xyz", mode: 0o755)
    try folder.link("out/best", to: "model")
    try folder.link("out/sub/up", to: "../model")
    try folder.link("out/loop", to: "loop")
    try folder.link("out/config", to: "../config")
    try folder.link("out/data", to: "\(outside.path)/data.csv")
    try folder.link("out/folder", to: outside.path)
    let files = try folder.walk("out").files
    #expect(
      files.map(\.path) == [
        "out/best", "out/config", "out/data", "out/folder", "out/loop", "out/model", "out/sub/up",
      ])
    #expect(
      files.map(\.linkTarget) == ["model", nil, nil, outside.path, "loop", nil, "../model"])
    #expect(files.map(\.byteCount) == [0, 3, 5, 0, 0, 1, 0])
    #expect(files[1].mode == 0o755)
  }

  @Test func `follows the path itself when that is a link`() throws {
    let outside = try ScratchFolder()
    try outside.write("x/data.csv", "12345")
    let folder = try ScratchFolder()
    try folder.link("data", to: "\(outside.path)/x")
    try folder.link("file", to: "\(outside.path)/x/data.csv")
    #expect(try folder.walk("data").files.map(\.path) == ["data/data.csv"])
    let file = try folder.walk("file").files
    #expect(file.map(\.path) == ["file"] && file.map(\.byteCount) == [5])
  }

  @Test func `survives folders nested deeper than a path may be long`() throws {
    let folder = try ScratchFolder()
    try folder.write("a", "x")
    let name = String(repeating: "d", count: 200)
    try run(
      ["bash", "-c", "for i in $(seq 30); do mkdir \(name) && cd \(name) || exit 1; done"],
      in: folder.path)
    let walk = try folder.walk()
    #expect(walk.files.map(\.path) == ["a"])
    #expect(walk.skipped.count == 1)
    try run(["rm", "-rf", "\(folder.path)/\(name)"])
  }

  @Test func `warns of too many files and names the largest parts`() throws {
    let folder = try ScratchFolder()
    try run(
      ["bash", "-c", "mkdir -p many/{0..100}; touch many/{0..100}/{0..98}"], in: folder.path)
    try folder.write("big", [UInt8](repeating: 0, count: 5000))
    #expect(try folder.walk().sizeWarning == nil)
    try folder.write("some/x", "1")
    try folder.write("some/y", "1")
    let warning = try #require(try folder.walk().sizeWarning)
    #expect(warning.contains("many/ (0 bytes, 9999 files), some/ (2 bytes, 2 files), big (5.0 kB)"))
    #expect(try folder.walk("many").largestParts(1).map(\.name) == ["many/0/"])
  }

  @Test func `warns of too many bytes`() throws {
    let folder = try ScratchFolder()
    try folder.write("data/x", "1")
    try folder.write("y", "1")
    try run(["truncate", "-s", "1100000000", "data/x"], in: folder.path)
    let warning = try #require(try folder.walk().sizeWarning)
    #expect(warning.contains("holds 1.1 GB in 2 files"))
    #expect(warning.contains("data/ (1.1 GB), y (1 bytes)"))
  }
}
