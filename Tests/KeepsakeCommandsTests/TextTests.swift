import KeepsakeModel
import Testing

@testable import KeepsakeCommands

@Suite struct `Values as text` {
  /// Stored number, short text in `ls`, full text, short text in `show`: from the oracle.
  @Test(arguments: [
    (0.123456789, "0.12346", "0.123456789", "0.12346"), (1e-05, "1e-05", "0.00001", "1e-05"),
    (1e-07, "1e-07", "1e-7", "1e-07"), (12345.6789, "12346", "12345.6789", "12346"),
    (99999.5, "1e+05", "99999.5", "1e+05"), (100000, "1e+05", "100000", "1e+05"),
    (123456.789, "123456.78900000000431", "123456.789", "123456.789"),
    (123456789.123, "123456789.12299999595", "123456789.123", "123456789.1"),
    (12345678901.5, "12345678901.5", "12345678901.5", "1.2346e+10"),
    (1e16, "10000000000000000", "10000000000000000", "1e+16"),
    (1e20, "1e+20", "100000000000000000000", "1e+20"), (1e21, "1e+21", "1e+21", "1e+21"),
    (.leastNonzeroMagnitude, "4.9407e-324", "5e-324", "4.9407e-324"), (-0.0, "-0", "-0", "-0"),
    (-123456.789, "-1.2346e+05", "-123456.789", "-1.2346e+05"),
    (.nan, "NaN", "\"[NaN]\"", "NaN"), (-.infinity, "-Inf", "\"[-Infinity]\"", "-Inf"),
  ])
  func `are those of 0 4 2`(number: Double, list: String, full: String, table: String) {
    #expect(ValueText.short(.number(number), limit: 20) == list)
    #expect(ValueText.full(.number(number)) == full)
    #expect(ValueText.short(.number(number), limit: 10) == table)
  }

  @Test func `are cut by bytes, but never within a character`() {
    #expect(
      ValueText.short(.string(String(repeating: "x", count: 21)), limit: 20)
        == "xxxxxxxxxxxxxxxxx...")
    #expect(ValueText.short(.string("üüüüüü"), limit: 10) == "üüü...")
    #expect(ValueText.short(["b": 1, "a": "<"], limit: 10) == #"{"a":"\..."#)
  }
}

@Suite struct `Times as text` {
  @Test(arguments: [
    (0.4, "about a second ago"), (1.6, "2 seconds ago"), (59.3, "59 seconds ago"),
    (59.7, "about a minute ago"), (89, "about a minute ago"), (90, "2 minutes ago"),
    (150, "3 minutes ago"), (3569, "59 minutes ago"), (3570, "about an hour ago"),
    (5400, "2 hours ago"), (9000, "3 hours ago"), (84_599, "23 hours ago"),
    (84_600, "one day ago"), (129_600, "2 days ago"), (216_864, "3 days ago"),
    (293_760, "2026-11-20"), (-1, "in about a second"), (-5, "in 5 seconds"),
    (-259_200, "in 3 days"), (-864_000, "2026-12-03"),
  ])
  func `say how long ago`(age: Double, text: String) {
    let moment = Timestamp(nanoseconds: Bench.now.nanoseconds - Int64(age * 1e9))
    #expect(moment.relative(to: Bench.now) == text)
  }

  @Test func `follow the time zone`() {
    let zone = LocalTime { _ in .init(secondsFromUTC: 20_700, abbreviation: "+0545") }
    let moment = Timestamp("2021-01-02T03:04:05Z")!
    #expect(moment.rfc1123(in: zone) == "Sat, 02 Jan 2021 08:49:05 +0545")
    #expect(moment.rfc1123(in: .utc) == "Sat, 02 Jan 2021 03:04:05 UTC")
  }
}

@Suite struct `Tables` {
  @Test func `have columns over consecutive lines only`() {
    var table = ElasticTable()
    for cells in [["a", "b"], ["long one", "c"], ["alone"], ["x", "y"]] {
      table.add(cells.map { StyledText($0) })
    }
    #expect(table.rendered() == "a         b\nlong one  c\nalone\nx  y\n")
  }

  @Test func `count wide characters as two columns of a terminal`() {
    #expect(DisplayWidth.of("日本é") == 5)
    #expect(DisplayWidth.shortened("日本語", to: 5) == "日本…")
  }
}
