import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeRepository

@Suite struct `Hostile archives` {
  private let top = SnapshotID.example().description

  /// A folder with a folder `target` in it: whatever else appears was written outside.
  private func extract(
    _ bytes: [UInt8], in scratch: ScratchFolder, limit: Int64? = nil
  ) throws -> TarGzipReader.Extraction {
    try TarGzipReader(bytes: bytes, id: .example()).extract(
      to: "\(scratch.path)/target", options: .init(byteLimit: limit))
  }

  private func files(in scratch: ScratchFolder) -> [String] {
    scratch.paths().compactMap { $0.hasPrefix("target/") ? String($0.dropFirst(7)) : nil }
  }

  @Test func `write nothing outside and keep what is honest`() throws {
    let scratch = try ScratchFolder()
    var tar = TarBuilder()
    let deep = String(repeating: "d/", count: 300)
    tar.add("/abs", [1])
    tar.add("//\(top)/abs", [1])
    tar.add("../up", [1])
    tar.add("\(top)/../up", [1])
    tar.add("\(top)/a/../../up", [1])
    tar.add("\(top)/..", [1])
    tar.add("other/x", [1])
    tar.add("\(top)x/y", [1])
    tar.add("top-level", [1])
    tar.add(top, [1])
    tar.add("\(top)/hard", type: "1", target: "/etc/passwd")
    tar.add("\(top)/device", type: "3")
    tar.add("\(top)/pipe", type: "6")
    tar.add("\(top)/volume", [1], type: "V")
    tar.add("x", Array("\(top)/\(deep)x\u{0}".utf8), type: "L")
    tar.add("x", [1])
    tar.add("./\(top)//./honest/./x", [7], mode: 0o6755)
    let extraction = try extract(tar.compressed, in: scratch)
    #expect(extraction.fileCount == 1)
    #expect(extraction.refusals.count == 15)
    #expect(Set(extraction.refusals.entries.map(\.reason)).count == 9)
    #expect(scratch.paths() == ["target", "target/honest", "target/honest/x"])
    #expect(try scratch.read("target/honest/x") == [7])
    let mode = try run(["stat", "-c", "%a", "target/honest/x"], in: scratch.path)
    #expect(mode == Array("755\n".utf8))
  }

  @Test func `cannot leave through links of their own`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("outside/x", "safe")
    var tar = TarBuilder()
    for (name, target) in [
      ("abs", "\(scratch.path)/outside"), ("up", "../outside"), ("sub/up", "../../outside"),
      ("late", "sub/../../outside"), ("empty", ""), ("dots", "./../outside"),
    ] {
      tar.add("\(top)/\(name)", type: "2", target: target)
      tar.add("\(top)/\(name)/x", [1])
    }
    tar.add("\(top)/inside", type: "2", target: "sub")
    tar.add("\(top)/inside/y", [1])
    tar.add("\(top)/p/q/root", type: "2", target: "../..")
    tar.add("\(top)/chain", type: "2", target: "p/q/root/../outside")
    tar.add("\(top)/p/q", type: "2", target: "..")
    let extraction = try extract(tar.compressed, in: scratch)
    #expect(try scratch.read("outside/x") == Array("safe".utf8))
    #expect(scratch.paths().filter { $0.hasPrefix("outside") } == ["outside", "outside/x"])
    #expect(extraction.linkCount == 2)
    #expect(
      extraction.refusals.entries.map { String($0.name) } == [
        "abs", "up", "sub/up", "late", "empty", "dots", "inside/y", "chain", "p/q",
      ])
    #expect(try scratch.target("target/inside") == "sub")
    #expect(!scratch.has("target/sub/y"))
  }

  @Test func `cannot leave through links that were there before`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("outside/x", "safe")
    try scratch.link("target/data", to: "../outside")
    try scratch.link("target/file", to: "../outside/x")
    try scratch.link("target/new", to: "../outside/new")
    try scratch.makeFolder("target/folder/sub")
    try scratch.write("target/plain", "plain")
    var tar = TarBuilder()
    for name in ["data/x", "data/y/z", "file", "new", "folder", "plain/x", "good"] {
      tar.add("\(top)/\(name)", Array("evil".utf8))
    }
    tar.add("\(top)/folder", type: "2", target: "good")
    let extraction = try extract(tar.compressed, in: scratch)
    #expect(try scratch.read("outside/x") == Array("safe".utf8))
    #expect(!scratch.has("outside/new") && !scratch.has("outside/y"))
    #expect(try scratch.read("target/file") == Array("evil".utf8))
    #expect(extraction.fileCount == 3)
    #expect(
      extraction.refusals.entries.map(\.description) == [
        "data/x: has a file or a symbolic link, data, in the place of its folder",
        "data/y/z: has a file or a symbolic link, data, in the place of its folder",
        "folder: has a folder in its place",
        "plain/x: has a file or a symbolic link, plain, in the place of its folder",
        "folder: is in the archive twice; the first one counts",
      ])
    #expect(!files(in: scratch).contains { $0.contains(".tmp") })
  }

  @Test func `have no second say about a file`() throws {
    let scratch = try ScratchFolder()
    var tar = TarBuilder()
    tar.add("\(top)/a", [1])
    tar.add("\(top)/./a", [2, 2])
    tar.add("\(top)/cafe\u{301}", [3])
    tar.add("\(top)/caf\u{E9}", [4])
    let reader = TarGzipReader(bytes: tar.compressed, id: .example())
    #expect(try reader.contents(of: "a", limit: 10) == [1])
    #expect(try reader.contents(of: "caf\u{E9}", limit: 10) == [4])
    let listing = try reader.index()
    #expect(listing.index.files.map(\.byteCount) == [1, 1, 1] && listing.refusals.count == 1)
    let extraction = try extract(tar.compressed, in: scratch)
    #expect(extraction.fileCount == 3 && extraction.refusals.count == 1)
    #expect(try scratch.read("target/a") == [1])
  }

  @Test func `with names that are not UTF-8 come back but are not listed`() throws {
    let scratch = try ScratchFolder()
    var tar = TarBuilder()
    tar.add(Array(top.utf8) + [0x2F, 0xFF], [1])
    #expect(try extract(tar.compressed, in: scratch).fileCount == 1)
    let printed = try run(["bash", "-c", "cat $'target/\\xff'"], in: scratch.path)
    #expect(printed == [1])
    let listing = try TarGzipReader(bytes: tar.compressed, id: .example()).index()
    #expect(listing.index.files == [])
    #expect(listing.refusals.entries.map(\.description) == ["\\xff: has a name that is not UTF-8"])
  }

  @Test(arguments: [
    "77777777777", "\u{0}", "-1", "9", "00000000010", " 12 ", "80",
  ])
  func `that claim sizes they do not have are damaged or too large`(size: String) throws {
    let scratch = try ScratchFolder()
    var tar = TarBuilder()
    tar.add("\(top)/a", [1], claimed: size)
    for limit in [nil, 1000] as [Int64?] {
      do {
        let extraction = try extract(tar.compressed, in: scratch, limit: limit)
        #expect(extraction.byteCount <= 1024)
      } catch {
        let code = (error as? SnapshotError)?.code
        #expect(code == .corrupt || code == .limitExceeded, "\(error)")
      }
    }
    #expect(!files(in: scratch).contains { $0.contains(".tmp") })
  }

  @Test func `with a size in binary or in pax are held to it`() throws {
    let scratch = try ScratchFolder()
    for record in ["size=9223372036854775807", "size=-1", "size=99999999999999999999", "size="] {
      var tar = TarBuilder()
      tar.add("pax", Array("\(record.utf8.count + 4) \(record)\n".utf8), type: "x")
      tar.add("\(top)/a", [1])
      #expect(throws: SnapshotError.self, "\(record)") { try extract(tar.compressed, in: scratch) }
      #expect(throws: SnapshotError.self, "\(record)") {
        try TarGzipReader(bytes: tar.compressed, id: .example()).index()
      }
    }
    #expect(files(in: scratch) == [])
  }

  @Test(arguments: [
    "5 a=b\n", "99 path=x\n", "x path=x\n", "-9 path=x\n", "12 path=abc", "0 \n", "6 path\n",
    "10 path=\u{0}x\n", "99999999999999999999 path=x\n", "2\n",
  ])
  func `with broken pax headers are damaged`(records: String) throws {
    var tar = TarBuilder()
    tar.add("pax", Array(records.utf8), type: "x")
    tar.add("\(top)/a", [1])
    let error = try #require(throws: SnapshotError.self) {
      try TarGzipReader(bytes: tar.compressed, id: .example()).index()
    }
    #expect(error.code == .corrupt)
  }

  @Test func `of headers without end or of headers alone are damaged`() throws {
    var endless = TarBuilder()
    for _ in 0..<100 { endless.add("x", Array("8 a=bcd\n".utf8), type: "x") }
    var huge = TarBuilder()
    huge.add("x", [], type: "L", claimed: "77777777777")
    for bytes in [endless.compressed, huge.compressed] {
      let error = try #require(throws: SnapshotError.self) {
        try TarGzipReader(bytes: bytes, id: .example()).index()
      }
      #expect(error.code == .corrupt)
    }
  }

  @Test func `with sparse files lose those alone`() throws {
    let (scratch, source) = (try ScratchFolder(), try ScratchFolder())
    let script = """
      mkdir \(top); truncate -s 9M \(top)/s; echo z > \(top)/z
      for i in $(seq 30); do
        echo x | dd of=\(top)/s bs=1 seek=$((i * 99999)) conv=notrunc status=none
      done
      """
    try run(["bash", "-c", script], in: source.path)
    for format in ["gnu", "pax"] {
      try run(["tar", "czSf", "x.tar.gz", "--format=\(format)", top], in: source.path)
      let extraction = try extract(try source.read("x.tar.gz"), in: scratch)
      #expect(extraction.fileCount == 1)
      #expect(extraction.refusals.entries.map(\.reason) == ["is a sparse file"])
      #expect(try scratch.read("target/z") == Array("z\n".utf8))
    }
  }

  @Test func `that blow up stop at the limit`() throws {
    let scratch = try ScratchFolder()
    var tar = TarBuilder()
    for number in 0..<20 { tar.add("\(top)/\(number)", [UInt8](repeating: 0, count: 500_000)) }
    let bytes = tar.compressed
    #expect(bytes.count < 100_000)
    let error = try #require(throws: SnapshotError.self) {
      try extract(bytes, in: scratch, limit: 1_700_000)
    }
    #expect(error.code == .limitExceeded)
    #expect(files(in: scratch) == ["0", "1", "2"])
    let listing = #expect(throws: SnapshotError.self) {
      try TarGzipReader(bytes: bytes, id: .example()).index(fileLimit: 19)
    }
    #expect(listing?.code == .limitExceeded)
  }

  @Test func `that go on after their end or lack it are noted`() throws {
    let scratch = try ScratchFolder()
    var tar = TarBuilder()
    tar.add("\(top)/a", [1])
    for (bytes, isNoted) in [
      (tar.compressed, false), (gzip(tar.ended + [UInt8](repeating: 0, count: 9000)), false),
      (tar.compressed + [0, 0, 0], false), (tar.compressed + Array("garbage".utf8), true),
      (gzip(tar.ended + [0, 1]), true), (gzip(tar.bytes), true),
      (gzip(Array(tar.ended[..<700])) + gzip(Array(tar.ended[700...])), false),
      (gzip(Array(tar.bytes[..<513])), true),
    ] {
      let extraction = try extract(bytes, in: scratch)
      #expect(extraction.fileCount == 1)
      #expect(extraction.refusals.count == (isNoted ? 1 : 0), "\(extraction)")
    }
  }

  @Test func `cut short anywhere are damaged and leave no half file`() throws {
    var generator = SeededGenerator(seed: 1)
    var tar = TarBuilder()
    tar.add("\(top)/a", someBytes(700, using: &generator))
    tar.add("\(top)/b", type: "2", target: "a")
    tar.add("\(top)/c", someBytes(300, using: &generator))
    let whole = tar.compressed
    for count in 0..<whole.count {
      let scratch = try ScratchFolder()
      let error = try #require(throws: SnapshotError.self, "\(count) bytes") {
        try extract(Array(whole[..<count]), in: scratch)
      }
      #expect(error.code == .corrupt)
      #expect(!files(in: scratch).contains { $0.contains(".tmp") })
      if scratch.has("target/a") { #expect(try scratch.read("target/a").count == 700) }
    }
  }

  @Test(arguments: UInt64(0)..<8)
  func `of any bytes never crash the reader nor leave the folder`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let scratch = try ScratchFolder()
    var tar = TarBuilder()
    tar.add("\(top)/a", someBytes(700, using: &generator))
    tar.add("x", Array("\(top)/long\u{0}".utf8), type: "L")
    tar.add("\(top)/b", type: "2", target: "a")
    tar.add("pax", Array("14 path=\(top)/c\n".utf8), type: "x")
    tar.add("\(top)/c", someBytes(1300, using: &generator))
    for _ in 0..<60 {
      var bytes = tar.ended
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[index] = UInt8.random(in: 0...255, using: &generator)
      }
      // A right sum lets the damage through to what reads the fields.
      for start in stride(from: 0, to: bytes.count - 511, by: 512)
      where bytes[start + 257] == UInt8(ascii: "u") {
        let sum = String(TarFormat.sum(of: bytes[start..<(start + 512)]), radix: 8)
        let digits = Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8)
        bytes.replaceSubrange((start + 148)..<(start + 154), with: digits)
      }
      var compressed = gzip(bytes)
      if Bool.random(using: &generator) {
        let index = Int.random(in: 0..<compressed.count, using: &generator)
        compressed[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      _ = try? extract(compressed, in: scratch, limit: 10_000)
      _ = try? TarGzipReader(bytes: compressed, id: .example()).index()
      #expect(scratch.paths().allSatisfy { $0 == "target" || $0.hasPrefix("target/") })
      #expect(!files(in: scratch).contains { $0.contains(".tmp") })
    }
  }

  @Test(arguments: [[], [0x1F], Array("not gzip at all".utf8), [0x1F, 0x8B, 8, 0], [0, 0, 0, 0]])
  func `that are none are an error that says so`(bytes: [UInt8]) throws {
    let error = try #require(throws: SnapshotError.self) {
      try TarGzipReader(bytes: bytes, id: .example()).index()
    }
    #expect(error.code == .corrupt)
    #expect(error.what.contains("\(top).tar.gz"))
  }

  @Test func `that are missing are an error that names them`() throws {
    let error = try #require(throws: SnapshotError.self) {
      try TarGzipReader(file: "/nonexistent/x.tar.gz", id: .example()).index()
    }
    #expect(error.code == .notFound)
    #expect(error.what.contains("/nonexistent/x.tar.gz"))
  }
}
