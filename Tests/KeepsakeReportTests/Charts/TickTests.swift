import KeepsakeTestSupport
import Testing

@testable import KeepsakeReport

@Suite struct `Ticks` {
  // What d3-array 3's ticks() and d3-scale 4's nice() return.
  @Test(
    arguments: [
      (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
      (0, 1, 10, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
      (0, 10, 5, [0, 2, 4, 6, 8, 10]),
      (-10, 10, 4, [-10, -5, 0, 5, 10]),
      (0, 100_000, 6.3, [0, 20_000, 40_000, 60_000, 80_000, 100_000]),
      (-1, 2, 2, [0, 2]),
      (1.1, 1.9, 5, [1.2, 1.4, 1.6, 1.8]),
      (0.98, 1.02, 5.7, [0.98, 0.985, 0.99, 0.995, 1, 1.005, 1.01, 1.015, 1.02]),
      (364, 396, 0.5, [380]),
      (0, 9, 1, [0]),
      (1e-7, 5e-7, 4, [1e-7, 2e-7, 3e-7, 4e-7, 5e-7]),
    ] as [(Double, Double, Double, [Double])])
  func `linear ticks are those of d3`(
    low: Double, high: Double, count: Double, ticks: [Double]
  ) {
    #expect(LinearTicks(from: low, to: high, count: count).values == ticks)
  }

  @Test(
    arguments: [
      (0, 0.96, 10, 0, 1), (0, 96, 10, 0, 100), (-0.1, 51.1, 8, -10, 60), (1.1, 10.9, 10, 1, 11),
      (123.1, 0.1 + 123.1, 5, 123.1, 123.2), (0.161, 2.446, 5.7, 0, 2.5),
    ] as [(Double, Double, Double, Double, Double)])
  func `nice ends are those of d3`(
    low: Double, high: Double, count: Double, niceLow: Double, niceHigh: Double
  ) {
    let nice = LinearTicks.nice(from: low, to: high, count: count)
    #expect(nice == (niceLow, niceHigh))
  }

  @Test func `logarithmic ticks are those of d3`() {
    let decades = LogTicks(from: 1e-4, to: 10, count: 5.7)
    #expect(decades.values.count == 46)
    #expect(decades.labelled == [1e-4, 1e-3, 0.01, 0.1, 1, 10])
    let one = LogTicks(from: 1, to: 10, count: 5)
    #expect(one.values == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(one.labelled == [1, 2, 3, 4, 5, 10])
    #expect(LogTicks(from: 1e-20, to: 1e20, count: 5).labelled.count <= 6)
  }

  @Test func `under one decade a logarithmic axis has linear ticks`() {
    #expect(
      LogTicks(from: 0.41, to: 0.59, count: 5.7).labelled == [
        0.42, 0.44, 0.46, 0.48, 0.5, 0.52, 0.54, 0.56, 0.58,
      ])
  }

  @Test(arguments: UInt64(0)..<40)
  func `are few, ascending, inside, and round`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let scale = PowersOfTen.double(Int.random(in: -12...12, using: &generator))
    let low = Double.random(in: -1...1, using: &generator) * scale
    let high = low + Double.random(in: 0.001...1, using: &generator) * scale
    let count = Double.random(in: 2...12, using: &generator)
    let ticks = LinearTicks(from: low, to: high, count: count)
    #expect(ticks.values.count <= Int(count * 2) + 1)
    #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ticks.values.allSatisfy { (low...high).contains($0) }, "\(low) \(high) \(ticks.values)")
    #expect("125".contains(String(ShortestDecimal(ticks.step).digits).prefix(1)))
    let nice = LinearTicks.nice(from: low, to: high, count: count)
    #expect(nice.0 <= low && nice.1 >= high)
  }

  @Test(
    arguments: [
      (1e300, 1.0000001e300), (.leastNonzeroMagnitude, .leastNormalMagnitude),
      (9_007_199_254_740_990, 9_007_199_254_740_992),
      (-1e300, 1e300),
    ] as [(Double, Double)])
  func `do not fail at the ends of what a number can be`(low: Double, high: Double) {
    #expect(LinearTicks(from: low, to: high, count: 5).values.count < 20)
    _ = LinearTicks.nice(from: low, to: high, count: 5)
  }
}
