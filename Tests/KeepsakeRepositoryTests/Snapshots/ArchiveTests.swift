import KeepsakeDigest
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeRepository

@Suite struct `Archives` {
  /// A folder of random files, links and names, some of them awkward.
  private func makeProject(_ generator: inout SeededGenerator) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    let names = [
      "a", "b c", "é", "cafe\u{301}", "caf\u{E9}", "x=y\n1 path=z", "日本", ".hidden", "-n",
      String(repeating: "l", count: 99), String(repeating: "m", count: 200),
    ]
    for number in 0..<Int.random(in: 1...25, using: &generator) {
      let depth = Int.random(in: 0...4, using: &generator)
      let parts = (0..<depth).map { _ in names.randomElement(using: &generator) ?? "a" }
      let path = (parts + ["\(number)"]).joined(separator: "/")
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: try folder.link(path, to: names.randomElement(using: &generator) ?? "a")
      case 1: try folder.write(path, "")
      default:
        let largest = Int.random(in: 0...3, using: &generator) == 0 ? 600_000 : 3000
        let count = Int.random(in: 0...largest, using: &generator)
        try folder.write(
          path, someBytes(count, using: &generator),
          mode: [0o644, 0o755, 0o600, 0o444].randomElement(using: &generator) ?? 0o644)
      }
    }
    return folder
  }

  private func archive(
    _ folder: ScratchFolder, to file: String, threadCount: Int? = nil
  ) throws -> TarGzipWriter.Result {
    let scratch = try ScratchFolder()
    let staged = try StagingArea(in: scratch.path).stage(try folder.walk())
    return try TarGzipWriter.write(staged, to: file, threadCount: threadCount)
  }

  private func expectSame(_ index: FileIndex, _ folder: ScratchFolder, below prefix: String = "") {
    for file in index.files {
      let path = prefix + file.path
      if let target = file.linkTarget {
        #expect((try? folder.target(path)) == target, "\(path)")
      } else {
        let content = try? folder.read(path)
        #expect(content.map { ContentDigest(of: $0) } == file.digest, "\(path)")
        #expect((try? folder.mode(path)) == Int(file.mode), "\(path)")
      }
    }
  }

  @Test func `are as readable as any other file of the process`() throws {
    let (project, scratch) = (try ScratchFolder(), try ScratchFolder())
    try project.write("secret", "x", mode: 0o600)
    _ = try archive(project, to: "\(scratch.path)/x.tar.gz")
    try run(["touch", "y"], in: scratch.path)
    #expect(try scratch.mode("x.tar.gz") == scratch.mode("y"))
  }

  @Test(arguments: UInt64(0)..<10)
  func `come back as they were, also with GNU tar and Python`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (project, scratch) = (try makeProject(&generator), try ScratchFolder())
    let file = "\(scratch.path)/x.tar.gz"
    let result = try archive(project, to: file)
    #expect(try result.byteCount == Int64(scratch.read("x.tar.gz").count))
    expectSame(result.index, project)

    let reader = TarGzipReader(file: file, id: .example())
    let listing = try reader.index()
    #expect(listing.index == result.index && listing.refusals.count == 0)
    let target = try ScratchFolder()
    let extraction = try reader.extract(to: target.path)
    #expect(extraction.refusals.entries == [])
    #expect(extraction.fileCount + extraction.linkCount == result.index.files.count)
    #expect(extraction.byteCount == result.index.byteCount)
    expectSame(result.index, target)
    #expect(target.paths().filter { $0.contains(".tmp") } == [])

    try scratch.makeFolder("gnu")
    try run(["tar", "xzpf", file, "-C", "\(scratch.path)/gnu"])
    expectSame(result.index, scratch, below: "gnu/\(SnapshotID.example())/")
    try scratch.makeFolder("python")
    let script = "import tarfile, sys; tarfile.open(sys.argv[1], 'r:gz').extractall(sys.argv[2])"
    try run(["python3", "-W", "ignore", "-c", script, file, "\(scratch.path)/python"])
    expectSame(result.index, scratch, below: "python/\(SnapshotID.example())/")
  }

  @Test func `are the same bytes for any number of threads`() throws {
    var generator = SeededGenerator(seed: 3)
    let (project, scratch) = (try ScratchFolder(), try ScratchFolder())
    for number in 0..<9 {
      try project.write("\(number)", someBytes(400_000, using: &generator))
    }
    let results = try [1, 2, 5].map { (count: Int) in
      try archive(project, to: "\(scratch.path)/\(count)", threadCount: count)
    }
    #expect(Set(results).count == 1)
    let first = try scratch.read("1")
    for count in [2, 5] { #expect(try scratch.read("\(count)") == first) }
  }

  @Test func `spend no time on what does not become smaller`() throws {
    var generator = SeededGenerator(seed: 5)
    let count = 300_000
    func bytes(_ next: () -> [UInt8]) -> [UInt8] {
      var bytes: [UInt8] = []
      while bytes.count < count { bytes += next() }
      return bytes
    }
    let page = bytes { [UInt8(truncatingIfNeeded: generator.next() >> 20)] }.prefix(9000)
    let cases: [(name: String, bytes: [UInt8], largest: Int)] = [
      ("random", bytes { [UInt8(truncatingIfNeeded: generator.next() >> 20)] }, count + 100),
      ("zeros", bytes { [0] }, 5000), ("repeated", bytes { Array(page) }, 50_000),
      ("digits", bytes { [0x30 + UInt8(generator.next() >> 20 & 7)] }, 120_000),
      (
        "small floats",
        bytes {
          let value = Float.random(in: 0.001...0.002, using: &generator).bitPattern & 0xFFFF_0000
          return [UInt8(value >> 16 & 255), UInt8(value >> 24)]
        }, 250_000
      ),
    ]
    for (name, bytes, largest) in cases {
      let compressed = gzip(bytes)
      #expect(compressed.count <= largest, "\(name)")
      var reader = GzipReader(bytes: compressed)
      var result: [UInt8] = []
      while try reader.read() { result += reader.output[..<reader.count] }
      #expect(result == bytes, "\(name)")
    }
  }

  @Test func `of other programs are read`() throws {
    let (project, scratch) = (try ScratchFolder(), try ScratchFolder())
    let top = SnapshotID.example().description
    let long = String(repeating: "n", count: 70)
    try project.write("\(top)/a", "1", mode: 0o755)
    try project.write("\(top)/\(long)/\(long)/é", "22")
    try project.link("\(top)/link", to: "a")
    for format in ["v7", "ustar", "gnu", "pax", "oldgnu"] {
      let file = "\(scratch.path)/\(format)"
      // v7 has no room for long names.
      let names = format == "v7" ? ["\(top)/a", "\(top)/link"] : [top]
      try run(["tar", "czf", file, "--format=\(format)"] + names, in: project.path)
      let target = try ScratchFolder()
      let extraction = try TarGzipReader(file: file, id: .example()).extract(to: target.path)
      #expect(extraction.refusals.entries == [], "\(format)")
      #expect(try target.read("a") == Array("1".utf8) && target.mode("a") == 0o755)
      #expect(try target.target("link") == "a")
      if format != "v7" { #expect(try target.read("\(long)/\(long)/é") == Array("22".utf8)) }
    }
  }

  @Test func `keep the time of the last change`() throws {
    let (project, scratch, target) = (try ScratchFolder(), try ScratchFolder(), try ScratchFolder())
    try project.write("a", "x")
    try project.write("old", "x")
    try run(["touch", "-d", "@1234567890.5", "a"], in: project.path)
    try run(["touch", "-d", "@-100", "old"], in: project.path)
    let file = "\(scratch.path)/x"
    _ = try archive(project, to: file)
    _ = try TarGzipReader(file: file, id: .example()).extract(to: target.path)
    #expect(try FileStatus(path: "\(target.path)/a", followsLinks: false).modified == 1_234_567_890)
    #expect(try FileStatus(path: "\(target.path)/old", followsLinks: false).modified == -100)
  }

  @Test func `give back a part, or single files`() throws {
    let (project, scratch, target) = (try ScratchFolder(), try ScratchFolder(), try ScratchFolder())
    for name in ["data/a", "data/sub/b", "data.csv", "x"] { try project.write(name, name) }
    try project.link("data/link", to: "a")
    let file = "\(scratch.path)/x"
    _ = try archive(project, to: file)
    let reader = TarGzipReader(file: file, id: .example())
    let extraction = try reader.extract(to: target.path, options: .init(path: "./data/"))
    #expect(extraction.fileCount == 2 && extraction.linkCount == 1)
    #expect(target.paths() == ["data", "data/a", "data/link", "data/sub", "data/sub/b"])
    #expect(throws: SnapshotError.self) {
      try reader.extract(to: target.path, options: .init(path: "../x"))
    }
    #expect(try reader.contents(of: "data.csv", limit: 8) == Array("data.csv".utf8))
    #expect(try reader.contents(of: "data", limit: 8) == nil)
    #expect(
      try reader.contents(ofAll: ["x", "no", "data/link", "data/sub/b", "x"], limit: 8) == [
        .bytes(Array("x".utf8)), nil, .link("a"), .tooLarge(byteCount: 10), .bytes(Array("x".utf8)),
      ])
    let tooLarge = try #require(throws: SnapshotError.self) {
      try reader.contents(of: "data.csv", limit: 7)
    }
    #expect(tooLarge.code == .limitExceeded)
    let link = try #require(throws: SnapshotError.self) {
      try reader.contents(of: "data/link", limit: 7)
    }
    #expect(link.code == .notRegular)
  }

  @Test func `that find the disk full are an error and no file`() throws {
    let (project, scratch) = (try ScratchFolder(), try ScratchFolder())
    try project.write("a", "x")
    // Writing to this device fails as writing to a full disk does.
    try scratch.link("x", to: "/dev/full")
    let error = try #require(throws: SnapshotError.self) {
      try archive(project, to: "\(scratch.path)/x")
    }
    #expect(error.code == .noSpace)
    #expect(!scratch.has("x"))
  }
}
