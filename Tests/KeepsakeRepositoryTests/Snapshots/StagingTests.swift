import Foundation
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeRepository

@Suite struct `Staging files` {
  private func archived(_ staged: StagedSnapshot, _ scratch: ScratchFolder) throws -> ScratchFolder
  {
    let target = try ScratchFolder()
    let file = "\(scratch.path)/x.tar.gz"
    _ = try TarGzipWriter.write(staged, to: file)
    _ = try TarGzipReader(file: file, id: .example()).extract(to: target.path)
    return target
  }

  @Test func `keeps contents, modes and links while the originals change`() throws {
    var generator = SeededGenerator(seed: 1)
    let large = someBytes(700_000, using: &generator)
    let (folder, scratch) = (try ScratchFolder(), try ScratchFolder())
    try folder.write("small", "before", mode: 0o755)
    try folder.write("empty", "")
    try folder.write("large", large)
    try folder.link("link", to: "small")
    let area = try StagingArea(in: "\(scratch.path)/a/b")
    let staged = try area.stage(try folder.walk())
    #expect(staged.byteCount == 700_006 && area.byteCount == 700_006)
    try folder.write("small", "after!!", mode: 0o600)
    try run(["bash", "-c", "rm link; echo x > link; : > large; echo y > empty"], in: folder.path)
    let target = try archived(staged, scratch)
    #expect(try target.read("small") == Array("before".utf8))
    #expect(try target.mode("small") == 0o755)
    #expect(try target.read("large") == large)
    #expect(try target.read("empty") == [])
    #expect(try target.target("link") == "small")
  }

  @Test func `reports files that vanish, shrink or change kind`() throws {
    let (folder, scratch) = (try ScratchFolder(), try ScratchFolder())
    for name in ["gone", "kept", "link", "pipe", "shorter"] { try folder.write(name, "0123456789") }
    let walk = try folder.walk()
    try run(
      ["bash", "-c", "rm gone link pipe; ln -s kept link; mkfifo pipe; echo -n 01 > shorter"],
      in: folder.path)
    let staged = try StagingArea(in: scratch.path).stage(walk)
    #expect(staged.files.map(\.path) == ["kept", "shorter"])
    #expect(staged.byteCount == 12)
    #expect(
      staged.skipped.map(\.description) == [
        "gone: vanished meanwhile", "link: became a symbolic link meanwhile",
        "pipe: is no file any more",
      ])
  }

  @Test func `copies files with holes`() throws {
    let (folder, scratch) = (try ScratchFolder(), try ScratchFolder())
    let script = """
      truncate -s 8000000 h; echo -n abc | dd of=h bs=1 seek=5000000 conv=notrunc status=none
      """
    try run(["bash", "-c", script], in: folder.path)
    try run(["truncate", "-s", "3000000", "only-hole"], in: folder.path)
    let expected = try folder.read("h")
    let staged = try StagingArea(in: scratch.path).stage(try folder.walk())
    #expect(staged.byteCount == 11_000_000)
    let target = try archived(staged, scratch)
    #expect(try target.read("h") == expected)
    #expect(try target.read("only-hole") == [UInt8](repeating: 0, count: 3_000_000))
  }

  @Test func `gives the space back when a snapshot is removed`() throws {
    let (folder, scratch) = (try ScratchFolder(), try ScratchFolder())
    try folder.write("x", [UInt8](repeating: 1, count: 300_000))
    do {
      let area = try StagingArea(in: scratch.path, limit: 500_000)
      #expect(area.hasRoom(for: .max))
      let first = try area.stage(try folder.walk())
      #expect(area.hasRoom(for: 200_000) && !area.hasRoom(for: 200_001))
      #expect(!area.hasRoom(for: .max))
      first.remove()
      first.remove()
      #expect(area.byteCount == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: area.folder) == ["lock"])
    }
    #expect(scratch.paths() == ["lock"])
  }

  @Test func `on a full disk is an error and leaves nothing behind`() throws {
    let (folder, scratch) = (try ScratchFolder(), try ScratchFolder())
    try folder.write("a", "small")
    try folder.write("b", [UInt8](repeating: 1, count: 600_000))
    let area = try StagingArea(in: scratch.path)
    let walk = try folder.walk()
    // What a full disk looks like: the folder of the next snapshot cannot be made.
    try scratch.write(
      "\(area.folder.split(separator: "/").last ?? "")/1-\(SnapshotID.example())", "in the way")
    let error = try #require(throws: SnapshotError.self) { try area.stage(walk) }
    #expect(error.what.contains("copy the files of \".\" aside"))
    #expect(area.byteCount == 0)
    #expect(SnapshotError(SystemError(number: 28), what: "x").code == .noSpace)
  }
}
