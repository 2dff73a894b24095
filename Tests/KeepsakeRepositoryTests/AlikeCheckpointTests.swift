import KeepsakeModel
import KeepsakeRepository
import KeepsakeTestSupport
import Testing

@Suite struct `Checkpoints that are written alike` {
  private static let experiment = String(repeating: "a", count: 64)

  private static func decode(
    _ checkpoints: [String]
  ) throws -> ExperimentDecoder.Reading<Experiment> {
    let text = """
      {"id": "\(experiment)", "created": "2020-01-02T03:04:05Z", "checkpoints": [
      \(checkpoints.joined(separator: ",\n"))
      ]}
      """
    let bytes = Array(text.utf8)
    return try ExperimentDecoder.decode(bytes.span)
  }

  private static func bytes(_ experiment: Experiment) -> [UInt8] {
    var content = ContentBytes()
    content.append(experiment)
    return content.bytes
  }

  /// Checkpoints of few different kinds, most of them right.
  private struct Writer {
    var generator: SeededGenerator
    private var number = 0

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func pick<Value>(_ values: Value...) -> Value {
      values[Int.random(in: 0..<values.count, using: &generator)]
    }

    mutating func checkpoint(kind: Int) -> String {
      number += 1
      let digits = String(number, radix: 16)
      let id = String(repeating: "0", count: 64 - digits.count) + digits
      let number = pick("1", "-0.5", "1.25e-7", "0.0012345678901234567", "9007199254740993")
      var members = [
        "\"id\": \"\(kind == 4 ? pick(id, "x") : id)\"",
        "\"created\": \"2020-01-0\(pick("1", "2", kind == 5 ? "x" : "3"))T00:00:00\(pick("", ".5"))Z\"",
        "\"step\": \(kind == 6 ? pick("1.0", "null", "2", "1.5") : pick("0", "7", "12"))",
      ]
      switch kind {
      case 0: members.append("\"metrics\": {\"loss\": \(number), \"acc\": 0.5}")
      case 1: members.append("\"metrics\": {\"acc\": \(number)}, \"path\": \"weights\"")
      case 2: members.append("\"metrics\": {\"loss\": \(pick(number, "\"[NaN]\"", "null", "[1]"))}")
      case 3: members.append("\"metrics\": {\"loss\": 1, \"loss\": \(number), \"late\": 2}")
      case 4: members.append("\"metrics\": {\"acc\": \(number), \"late\": 3}, \"mood\": \"good\"")
      case 5: members.append("\"metrics\": null")
      case 6:
        members.append(
          "\"metrics\": {\"loss\": \(number)}, \"primary_metric\": "
            + pick(
              "{\"name\": \"loss\", \"goal\": \"minimize\"}", "null",
              "{\"name\": \"acc\", \"goal\": \"up\"}",
              "{\"name\": \"acc\", \"goal\": \"maximize\", \"mood\": 1}"))
      default: members.append("\"id\": \"\(id)\", \"metrics\": {}")
      }
      if kind == 7 { members.reverse() }
      return "{" + members.joined(separator: ",\n  ") + "}"
    }
  }

  @Test(arguments: UInt64(0)..<60)
  func `are read as if no two were`(seed: UInt64) throws {
    var writer = Writer(seed: seed)
    let kinds = (0..<writer.pick(1, 2, 8)).map { _ in writer.pick(0, 1, 2, 3, 4, 5, 6, 7) }
    let texts = (0..<40).map { _ in
      writer.checkpoint(kind: kinds[Int.random(in: 0..<kinds.count, using: &writer.generator)])
    }
    let together = try Self.decode(texts)
    let apart = try Self.decode(
      texts.enumerated().map { "{" + String(repeating: " ", count: $0) + $1.dropFirst() })
    // Bytes, as what is not a number is not equal to itself.
    #expect(Self.bytes(together.value) == Self.bytes(apart.value))
    #expect(together.complaints == apart.complaints)
    #expect(together.omissions == apart.omissions)
  }

  @Test func `are numbered by their place in the file when they are left out`() throws {
    var writer = Writer(seed: 7)
    let whole = (0..<3).map { _ in writer.checkpoint(kind: 0) }
    let reading = try Self.decode([whole[0], "{}", whole[1], whole[2], "7", "{}"])
    #expect(reading.value.checkpoints.count == 3)
    #expect(
      reading.complaints.map { $0.split(separator: " ")[1] } == ["2", "5", "6"],
      "\(reading.complaints)")
  }

  @Test func `may break off anywhere`() throws {
    var writer = Writer(seed: 7)
    let texts = (0..<4).map { _ in writer.checkpoint(kind: 0) }
    let last = Array(texts[3].utf8)
    for count in 0..<last.count {
      let torn = String(decoding: last.prefix(count), as: UTF8.self)
      #expect(throws: (any Error).self) { try Self.decode(texts.dropLast() + [torn]) }
    }
  }
}
