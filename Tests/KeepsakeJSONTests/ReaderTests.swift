import KeepsakeJSON
import KeepsakeModel
import KeepsakeTestSupport
import Testing

private func read<Result>(
  _ text: String, _ body: (inout JSONCursor) throws(JSONError) -> Result
) throws -> Result {
  try JSONCursor.read(Array(text.utf8).span, body)
}

/// The readers look at eight bytes at a time; these tests move every edge through all eight.
@Suite struct `Reading eight bytes at a time` {
  @Test(arguments: 0..<40)
  func `finds the end of a string wherever it is`(length: Int) throws {
    let plain = String(repeating: "x", count: length)
    for (written, meant) in [
      ("", ""), (#"\""#, "\""), ("é", "é"), (#"\n"#, "\n"), ("\u{80}", "\u{80}"),
    ] {
      for text in ["\"\(plain)\(written)\"", "\"\(plain)\(written)\"      "] {
        #expect(try read(text) { cursor throws(JSONError) in try cursor.string() } == plain + meant)
      }
      #expect(throws: JSONError.self) {
        try read("\"\(plain)\(written)") { cursor throws(JSONError) in try cursor.string() }
      }
    }
    for control in ["\0", "\t", "\n", "\u{1F}"] {
      #expect(throws: JSONError.self) {
        try read("\"\(plain)\(control)\"") { cursor throws(JSONError) in try cursor.string() }
      }
    }
  }

  @Test(arguments: 0..<20)
  func `skips any white space`(length: Int) throws {
    for space in [" ", "\n", "\t", "\r", "\n  ", " \n"] {
      let gap = String(repeating: space, count: length)
      let value = try read(
        "\(gap){\(gap)\"a\"\(gap):\(gap)[\(gap)1\(gap),\(gap)2\(gap)]\(gap)}\(gap)"
      ) {
        cursor throws(JSONError) in try cursor.value()
      }
      #expect(value == ["a": [1, 2]])
    }
  }

  @Test(arguments: 1..<40)
  func `reads any number of digits`(length: Int) throws {
    for start in ["", "0.", "0.000000000", "-", "12345678.", "1."] {
      for end in ["", "e-7", "E10"] {
        let digits = (0..<length).map { "\(($0 * 7 + 3) % 9 + 1)" }.joined()
        let text = "\(start)\(digits)\(end)"
        let value = try read(text) { cursor throws(JSONError) in try cursor.value() }
        #expect(value.doubleValue == Double(text), "\(text)")
      }
    }
  }

  @Test func `refuses what is no digit, wherever it is`() throws {
    for position in 0..<16 {
      for wrong in ["/", ":", "a", "\u{7F}"] {
        let text =
          String(repeating: "8", count: position) + wrong
          + String(repeating: "8", count: 16 - position)
        #expect(throws: JSONError.self) {
          try read(text) { cursor throws(JSONError) in try cursor.number() }
        }
      }
    }
  }
}

@Suite struct `An identifier` {
  private static let digits = "0123456789abcdef"

  @Test(arguments: UInt64(0)..<10)
  func `is read and written as the same digits`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let text = String((0..<64).map { _ in Self.digits.randomElement(using: &generator) ?? "0" })
    #expect(Identifier(text)?.text == text)
    let quoted = "[\"\(text)\"]"
    let read = try read(quoted) { cursor throws(JSONError) in
      try cursor.beginArray()
      _ = try cursor.nextElement()
      let id = try cursor.identifier()
      _ = try cursor.nextElement()
      return id
    }
    #expect(read?.text == text)
  }

  @Test func `has none but 64 lower-case hexadecimal digits`() {
    for byte in UInt8.min...UInt8.max {
      for position in [0, 7, 8, 31, 63] {
        var bytes = [UInt8](repeating: UInt8(ascii: "5"), count: 64)
        bytes[position] = byte
        let isDigit = Self.digits.utf8.contains(byte)
        #expect((Identifier(hex: bytes.span) != nil) == isDigit, "byte \(byte) at \(position)")
      }
    }
    for count in [0, 63, 65] {
      #expect(Identifier(String(repeating: "a", count: count)) == nil)
    }
  }
}

@Suite struct `A repeated value` {
  private func isRepeated(_ first: String, _ second: String) throws -> Bool {
    try read("[\(first),\(second)]") { cursor throws(JSONError) in
      try cursor.beginArray()
      _ = try cursor.nextElement()
      let start = cursor.offset
      _ = try cursor.value()
      let range = start..<cursor.offset
      _ = try cursor.nextElement()
      let isRepeated = cursor.skipRepetition(of: range)
      if !isRepeated { _ = try cursor.value() }
      #expect(try cursor.nextElement() == false)
      return isRepeated
    }
  }

  @Test(arguments: ["{}", #"{"a":1}"#, #"{"name": "loss", "goal": "minimize"}"#, #""x""#, "[1]"])
  func `is passed over`(value: String) throws {
    #expect(try isRepeated(value, value))
  }

  @Test func `is the same to the last byte`() throws {
    let value = #"{"name": "loss", "goal": "minimize"}"#
    for other in ["{}", #"{"name": "loss", "goal": "minimizf"}"#, #"{"name": "loss" }"#, "1"] {
      #expect(try !isRepeated(value, other))
      #expect(try !isRepeated(other.count > 2 ? other : value, other.count > 2 ? value : other))
    }
  }
}
