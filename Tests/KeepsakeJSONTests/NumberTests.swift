import Foundation
import KeepsakeTestSupport
import KeepsakeJSON
import KeepsakeModel
import Testing

private func parse(_ text: String) throws -> JSONValue {
  let bytes = Array(text.utf8)
  return try JSONCursor.read(bytes.span) { cursor throws(JSONError) in try cursor.value() }
}

private func write(_ value: JSONValue) -> String {
  var writer = JSONWriter(indented: false)
  writer.value(value)
  return String(decoding: writer.bytes, as: UTF8.self)
}

@Suite struct `Numbers in JSON` {
  @Test(arguments: UInt64(0)..<20)
  func `read as the standard library reads them`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let value: Double
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: value = Double(bitPattern: generator.next())
      case 1: value = Double.random(in: 0...1, using: &generator)
      default: value = Double.random(in: -1e6...1e6, using: &generator)
      }
      guard value.isFinite else { continue }
      #expect(try parse(value.description).doubleValue == value, "\(value)")
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `with any mantissa and exponent read as the standard library reads them`(
    seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let mantissa = generator.next() >> UInt64.random(in: 0..<64, using: &generator)
      let exponent = Int.random(in: -340...310, using: &generator)
      let text = "\(mantissa)e\(exponent)"
      #expect(try parse(text).doubleValue == Double(text), "\(text)")
    }
  }

  @Test(arguments: [
    ("9007199254740993.0", 9_007_199_254_740_992.0), ("1e400", Double.infinity), ("1e-400", 0),
    ("0.1", 0.1), ("-0.0", -0.0),
    ("123456789012345678901234567890.5", 123456789012345678901234567890.5),
    ("5e-324", Double.leastNonzeroMagnitude),
    ("1.7976931348623157e308", Double.greatestFiniteMagnitude),
  ])
  func `are right at the edges`(text: String, value: Double) throws {
    #expect(try parse(text).doubleValue == value)
  }

  @Test func `stay integers up to 64 bits`() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("-9223372036854775808") == .integer(.min))
    for text in ["18446744073709551616", "36893488147419103232", "92233720368547758080"] {
      #expect(try parse(text).doubleValue == Double(text))
    }
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
  }

  @Test(arguments: [
    (0.1, "0.1"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-10, "1.5e-10"),
    (1e20, "100000000000000000000"),
    (1e21, "1e+21"), (1.25e300, "1.25e+300"), (3, "3"), (-2.5, "-2.5"), (0, "0"),
    (123456.789, "123456.789"),
  ])
  func `are written as Go writes them`(value: Double, text: String) {
    #expect(write(.number(value)) == text)
  }

  @Test(arguments: UInt64(0)..<5)
  func `read back as they were written`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      #expect(try parse(write(.number(value))).doubleValue == value)
    }
  }

  @Test(arguments: UInt64(0)..<5)
  func `are written in the same form at every size`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for exponent in -8...22 {
      for _ in 0..<50 {
        let digits = Double(Int.random(in: 1...9999, using: &generator))
        for magnitude in [
          digits * pow(10, Double(exponent - 3)),
          Double.random(in: 0.1..<1, using: &generator) * pow(10, Double(exponent)),
        ] {
          var text: [UInt8] = []
          ShortestDecimal(magnitude).append(to: &text)
          #expect(write(.number(magnitude)) == String(decoding: text, as: UTF8.self))
          #expect(write(.number(-magnitude)) == "-" + String(decoding: text, as: UTF8.self))
        }
      }
    }
  }

  @Test(arguments: ["01", "1.", ".5", "-", "1e", "+1", "0x1", "1e+", "NaN"])
  func `that JSON does not allow are refused`(text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }
}

@Suite struct `JSON values` {
  @Test func `that are not finite are the strings that repositories use`() throws {
    #expect(
      write([.number(.nan), .number(.infinity), .number(-.infinity)])
        == #"["[NaN]","[+Infinity]","[-Infinity]"]"#)
    #expect(try parse(#""[+Infinity]""#) == .number(.infinity))
  }

  @Test func `survive writing and reading`() throws {
    let value: JSONValue = [
      "text": "a \"quoted\" \\ line\n\u{1} <&> ü 😀", "list": [1, 2.5, true, .null], "empty": [:],
      "": [[]],
    ]
    #expect(try parse(write(value)) == value)
  }

  @Test func `decode escapes, and half a surrogate pair as the replacement character`() throws {
    #expect(try parse(#""\u00e9\ud83d\ude00\ud83d\n\/""#) == .string("é😀\u{FFFD}\n/"))
  }

  @Test func `that nest absurdly deep are refused`() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test(arguments: [
    "", " ", "{", "[1,", #"{"a"}"#, #"{"a":1,}"#, "[1 2]", "[1,]", "[,1]", "nul", "tru", "\"abc",
    "{}x",
    "\"\\", #"{"a":1 "b":2}"#, "\"a\nb\"",
  ])
  func `that are torn or malformed are refused`(text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test func `are indented by one space a level`() {
    var writer = JSONWriter(indented: true)
    writer.value(["a": [1], "b": [:], "c": []])
    #expect(
      String(decoding: writer.bytes, as: UTF8.self) == """
        {
         "a": [
          1
         ],
         "b": {},
         "c": []
        }
        """)
  }
}
