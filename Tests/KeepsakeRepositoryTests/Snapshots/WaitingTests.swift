import Foundation
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeRepository

@Suite struct `Files that an ended process left` {
  /// A folder with the area of a process that has ended after it staged two snapshots.
  private final class Left {
    let scratch: ScratchFolder
    let large: [UInt8]
    let places: [String]

    init() throws {
      let folder = try ScratchFolder()
      scratch = try ScratchFolder()
      var generator = SeededGenerator(seed: 1)
      large = someBytes(300_000, using: &generator)
      try folder.write("sub/a", "small", mode: 0o755)
      try folder.write("large", large)
      try folder.write("ü \"\n", "odd")
      try folder.link("link", to: "large")
      let area = try StagingArea(in: scratch.path)
      let walk = try folder.walk()
      for seed: UInt64 in [1, 2] { _ = try area.stage(walk, seed: seed) }
      area.close()
      let scratch = scratch
      places = scratch.paths().filter { $0.hasSuffix("/manifest.json") }
        .map { String($0.dropLast("/manifest.json".count)) }
      #expect(places.count == 2)
    }

    func takeOver() throws -> WaitingSnapshots {
      try StagingArea.takeOver(in: scratch.path) { _ in true }
    }

    /// What is left when nobody wants anything.
    func count() throws -> Int {
      try StagingArea.takeOver(in: scratch.path) { _ in false }.otherCount
    }
  }

  @Test func `can be stored by another, as they were`() throws {
    let left = try Left()
    let taken = try left.takeOver().taken
    #expect(taken.map(\.id) == [.example(1), .example(2)])
    let (archive, target) = (try ScratchFolder(), try ScratchFolder())
    let file = "\(archive.path)/x.tar.gz"
    _ = try TarGzipWriter.write(taken[0], to: file)
    _ = try TarGzipReader(file: file, id: .example(1)).extract(to: target.path)
    #expect(try target.read("sub/a") == Array("small".utf8))
    #expect(try target.mode("sub/a") == 0o755)
    #expect(try target.read("large") == left.large)
    #expect(try target.read("ü \"\n") == Array("odd".utf8))
    #expect(try target.target("link") == "large")
  }

  @Test func `stay until they are removed, then all of it goes`() throws {
    let left = try Left()
    do { #expect(try left.takeOver().taken.count == 2) }
    #expect(try left.count() == 2)
    do { try left.takeOver().taken[0].remove() }
    #expect(try left.count() == 1)
    do { try left.takeOver().taken[0].remove() }
    #expect(left.scratch.paths() == ["lock"])
  }

  @Test func `are nobody else's while one process has them`() throws {
    let left = try Left()
    let taken = try left.takeOver().taken
    #expect(try left.takeOver().taken.count == 0)
    #expect(try left.count() == 0)
    withExtendedLifetime(taken) {}
    #expect(taken.count == 2)
  }

  @Test func `of a living process are left alone`() throws {
    let (folder, scratch) = (try ScratchFolder(), try ScratchFolder())
    try folder.write("x", "x")
    let area = try StagingArea(in: scratch.path)
    let staged = try area.stage(try folder.walk())
    let before = scratch.paths()
    #expect(try StagingArea.takeOver(in: scratch.path) { _ in true }.taken.count == 0)
    #expect(scratch.paths() == before)
    // Once it has said that it ends, its own hands are off, too.
    area.close()
    staged.remove()
    #expect(scratch.paths() == before)
  }

  @Test func `are found by their id`() throws {
    let left = try Left()
    let held = StagingArea.held(in: left.scratch.path)
    #expect(held.contains("\(SnapshotID.example(1))"))
    #expect(!held.contains("\(SnapshotID.example(3))"))
    #expect(StagingArea.held(in: "\(left.scratch.path)/none").isEmpty)
  }

  @Test func `make no folder where there is none`() throws {
    let scratch = try ScratchFolder()
    #expect(try StagingArea.takeOver(in: "\(scratch.path)/none") { _ in true }.taken.count == 0)
    #expect(scratch.paths() == [])
  }

  /// What the disk may hold when a process is killed between two steps, or the power fails.
  @Test(
    arguments: [
      "rm -r \"$PWD\"", "rm *", "rm manifest.json", "mv manifest.json manifest.json.new",
      "rm pack", "rm 1", ": > pack", ": > 1", "echo >> pack", "truncate -s -1 1",
      ": > manifest.json", "truncate -s -1 manifest.json", "rm pack; mkdir pack",
      "mv 1 ..; ln -s ../1 1", "mv pack ../p; ln -s ../p pack",
    ])
  func `go where they are not complete, and the complete ones stay`(script: String) throws {
    let left = try Left()
    try run(["bash", "-c", script], in: "\(left.scratch.path)/\(left.places[0])")
    #expect(try left.count() == 1)
    #expect(!left.scratch.has(left.places[0]) && left.scratch.has(left.places[1]))
  }

  @Test func `of a newer version stay`() throws {
    let left = try Left()
    let manifest = "\(left.places[0])/manifest.json"
    try left.scratch.write(manifest, "{\"version\": 2, \"new\": true}")
    do { for snapshot in try left.takeOver().taken { snapshot.remove() } }
    #expect(left.scratch.has(manifest) && !left.scratch.has(left.places[1]))
  }

  @Test func `take archives with them that were half written`() throws {
    let left = try Left()
    for place in left.places { try left.scratch.write("\(place).tar.gz", "half") }
    try left.scratch.write("\(left.places[0])/manifest.json", "")
    #expect(try left.count() == 1)
    #expect(!left.scratch.paths().contains { $0.hasSuffix(".tar.gz") })
  }

  @Test func `of versions without manifests go, and what is not ours stays`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("staging-dead/lock", "")
    try scratch.write("staging-dead/1/pack", "left behind")
    try scratch.write("other/file", "not ours")
    #expect(try StagingArea.takeOver(in: scratch.path) { _ in true }.taken.count == 0)
    #expect(scratch.paths() == ["lock", "other", "other/file"])
  }

  @Test func `are not looked for behind links`() throws {
    let (left, elsewhere) = (try Left(), try ScratchFolder())
    let area = try #require(left.places[0].split(separator: "/").first)
    try elsewhere.link(String(area), to: "\(left.scratch.path)/\(area)")
    #expect(try StagingArea.takeOver(in: elsewhere.path) { _ in true }.taken.count == 0)
    #expect(try left.count() == 2)
  }
}

@Suite struct `A manifest of staged files` {
  private static let id = String(repeating: "a", count: 64)

  /// Reads a manifest with these files, beside a pack of 4 bytes and a copy of 3.
  private func read(_ files: String, experiment: String = id) throws -> SnapshotManifest.Reading {
    let scratch = try ScratchFolder()
    try scratch.write("outside", "abc")
    try scratch.write("place/pack", "0123")
    try scratch.write("place/1", "abc")
    try scratch.write(
      "place/manifest.json",
      "{\"version\": 1, \"experiment\": \"\(experiment)\", \"files\": [\(files)]}")
    return SnapshotManifest.read(from: "\(scratch.path)/place")
  }

  private static let packed = #"{"path": "a", "size": 4, "mode": 420, "modified": 0}"#

  @Test func `is understood`() throws {
    let copy = #"{"path": "b/c", "size": 3, "mode": 493, "modified": -1, "copy": 1, "new": 0}"#
    guard case .complete(let manifest) = try read("\(Self.packed), \(copy)") else {
      Issue.record("it is not")
      return
    }
    #expect(manifest.files.map(\.path) == ["a", "b/c"])
    #expect(manifest.files.map(\.content) == [.pack(offset: 0), .file(1)])
    #expect(try read("", experiment: "..") == .incomplete)
  }

  @Test(
    arguments: [
      #""path": "../a", "size": 0"#, #""path": "/a", "size": 0"#, #""path": "", "size": 0"#,
      #""path": "a/./b", "size": 0"#, #""path": "a\u0000", "size": 0"#, #""path": 1, "size": 0"#,
      #""path": "a""#, #""path": "a", "size": -1"#, #""path": "a", "size": 0.5"#,
      #""path": "a", "size": 9223372036854775807"#,
      #""path": "a", "size": 3, "copy": "../outside""#, #""path": "a", "size": 3, "copy": 0"#,
      #""path": "a", "size": 3, "copy": -1"#, #""path": "a", "size": 3, "copy": 2"#,
      #""path": "a", "size": 2, "copy": 1"#, #""path": "a", "size": 4, "copy": "pack""#,
      #""path": "a", "size": 1, "link": "b""#, #""path": "a", "size": 0, "link": 1"#,
      #""path": "a", "size": 0, "link": "b\u0000""#,
      #""path": "a", "size": 0, "mode": 4096"#, #""path": "a", "size": 0, "mode": -1"#,
      #""path": "a", "size": 0, "modified": "now""#,
    ])
  func `is refused that says what staging never says`(file: String) throws {
    var members = file
    if !file.contains("mode\"") { members += #", "mode": 420"# }
    if !file.contains("modified") { members += #", "modified": 0"# }
    #expect(try read("\(Self.packed), {\(members)}") == .incomplete)
  }
}
