import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Numbers as text` {
  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (-1, "−1"), (0.1484, "0.1484"), (0.148412, "0.1484"),
      (0.14847, "0.1485"), (0.12345, "0.1235"), (99.999, "100"), (1234.56, "1235"),
      (9999.96, "1e4"), (12345.678, "1.235e4"), (12345, "12345"), (123_456_789, "123456789"),
      (0.001, "0.001"), (0.00099, "9.9e−4"), (0.0000123, "1.23e−5"), (1e300, "1e300"),
      (-2.5e-8, "−2.5e−8"), (.nan, "NaN"), (.infinity, "Inf"), (-.infinity, "−Inf"),
      (0.30000000000000004, "0.3"), (1e15, "1e15"), (.leastNonzeroMagnitude, "5e−324"),
    ] as [(Double, String)])
  func `a cell has four significant digits and exact integers`(value: Double, text: String) {
    #expect(String(cell: value) == text)
  }

  @Test(
    arguments: [
      (0.1, "0.1"), (-1.5, "-1.5"), (0.30000000000000004, "0.30000000000000004"), (1e21, "1e21"),
      (1e20, "100000000000000000000"), (1.25e-7, "1.25e-7"), (0.000001, "0.000001"),
      (.nan, "NaN"), (-.infinity, "-Infinity"), (.leastNonzeroMagnitude, "5e-324"),
      (1.7976931348623157e308, "1.7976931348623157e308"),
      (0x1p53, "9007199254740992"),
      (.leastNormalMagnitude, "2.2250738585072014e-308"),
    ] as [(Double, String)])
  func `data keeps every digit`(value: Double, text: String) {
    #expect(String(exact: value) == text)
  }

  @Test(arguments: UInt64(0)..<20)
  func `data reads back as the same number with as few digits as the standard library`(
    seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let text = String(exact: value)
      #expect(Double(text) == value, "\(text) is not \(value)")
      let digits = { (text: String) in
        text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
          .reversed().drop { $0 == "0" }.count
      }
      #expect(digits(text) == digits(value.description), "\(text) against \(value)")
    }
  }

  @Test(arguments: [
    (Duration.seconds(8040), "2h 14m"), (.seconds(59), "59s"), (.milliseconds(1250), "1.2s"),
    (.seconds(60), "1m 0s"), (.seconds(3 * 86_400 + 4 * 3600), "3d 4h"), (.zero, "0s"),
    (.seconds(-61), "−1m 1s"),
  ])
  func `durations show two units, which stay in one line`(duration: Duration, text: String) {
    #expect(String(duration: duration) == text.replacing(" ", with: "\u{A0}"))
  }

  @Test(
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1234, "1.2 kB"), (12_345, "12 kB"),
      (999_499, "999 kB"), (999_600, "1 MB"), (5_000_000_000, "5 GB"), (.max, "9.2 EB"),
    ] as [(Int64, String)])
  func `sizes have at most three digits, and keep their unit`(byteCount: Int64, text: String) {
    #expect(String(byteCount: byteCount) == text.replacing(" ", with: "\u{A0}"))
  }

  @Test func `times are in UTC to the minute`() throws {
    let time = try #require(Timestamp("2026-11-23T13:00:59.9+01:00"))
    #expect(String(time: time) == "2026-11-23 12:00\u{A0}UTC")
  }

  @Test(
    arguments: [
      ([0, 0.05, 0.1, 0.15], 0.05, ["0", "0.05", "0.10", "0.15"]),
      ([0, 50_000, 100_000], 50_000, ["0", "50k", "100k"]),
      ([0, 250_000, 1_000_000, 1_500_000], 500_000, ["0", "0.3M", "1.0M", "1.5M"]),
      ([0, 2e-4, 4e-4], 2e-4, ["0", "2e−4", "4e−4"]),
      ([1e-5, 1.5e-5], 5e-6, ["1.0e−5", "1.5e−5"]),
      ([-20, 0, 20], 20, ["−20", "0", "20"]),
    ] as [([Double], Double, [String])])
  func `an axis has one format for all its labels`(
    ticks: [Double], step: Double, labels: [String]
  ) {
    let format = AxisLabelFormat(largest: ticks.map(\.magnitude).max() ?? 0, step: step)
    let texts = ticks.map { tick in
      var buffer = ByteBuffer()
      buffer.append(axisLabel: tick, as: format)
      #expect(format.width(of: tick) == buffer.text.count)
      return buffer.text
    }
    #expect(texts == labels)
  }

  @Test func `labels of a logarithmic axis have no zeros behind their digits`() {
    let format = AxisLabelFormat(shortestFrom: 1e-4, to: 1e6)
    let texts = [1e-4, 0.02, 1, 10, 100, 1e6].map { tick in
      var buffer = ByteBuffer()
      buffer.append(axisLabel: tick, as: format)
      return buffer.text
    }
    #expect(texts == ["1e−4", "2e−2", "1e0", "1e1", "1e2", "1e6"])
  }
}

@Suite struct `Text in markup` {
  @Test(arguments: [
    ("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"), ("\u{0}\u{1B}[1mx\u{7F}\u{85}", "[1mx"),
    ("päper 🧪\n", "päper 🧪\n"), ("", ""),
    ("\u{A0}\u{FFFD}", "\u{A0}\u{FFFD}"),
  ])
  func `is escaped and free of forbidden characters`(text: String, expected: String) {
    var buffer = ByteBuffer()
    buffer.append(text: text)
    #expect(buffer.text == expected)
  }

  @Test(arguments: [0xFFFE, 0xFDD0, 0x1FFFF] as [UInt32])
  func `is free of noncharacters`(number: UInt32) throws {
    var buffer = ByteBuffer()
    buffer.append(text: "a\(Character(try #require(Unicode.Scalar(number))))b")
    #expect(buffer.text == "ab")
  }

  @Test(arguments: [
    (5, ".5"), (-5, "-.5"), (10, "1"), (125, "12.5"), (-1000, "-100"), (0, "0"),
    (-12_345, "-1234.5"),
  ])
  func `coordinates are as short as SVG allows`(tenths: Int, text: String) {
    var buffer = ByteBuffer()
    buffer.append(tenths: tenths)
    #expect(buffer.text == text)
  }
}

@Suite struct `Slugs` {
  @Test func `end in six digits of the name's hash`() {
    #expect(Slug("abc").text == "abc-ba7816")
    #expect(Slug("train/Loss (%)").text.hasPrefix("train-loss-"))
  }

  @Test(arguments: [
    "", "/", "a_b", "ab", "AB", "con", "nul", "🧪", "..", "-", String(repeating: "x", count: 300),
    "\"><script>", "{{7*7}}", "a b-",
  ])
  func `are file names everywhere`(name: String) {
    let slug = Slug(name).text
    #expect((1...64).contains(slug.utf8.count))
    #expect(slug.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".utf8.contains($0) })
    #expect(slug.first != "-" && !slug.contains("--"))
  }

  @Test func `differ when names differ only in case or punctuation`() {
    let names = ["a_b", "a b", "a-b", "A-B", "ab"]
    #expect(Set(names.map { Slug($0).text }).count == names.count)
  }
}
