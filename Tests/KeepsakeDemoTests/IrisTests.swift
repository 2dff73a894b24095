import Testing

@testable import KeepsakeDemo

@Suite struct `Iris measurements` {
  @Test func `hold fifty flowers of each species`() throws {
    let data = try Iris.dataset()
    #expect(data.count == 150)
    for label in 0..<3 { #expect(data.labels.count { $0 == label } == 50) }
  }

  @Test func `have the means and rows of Fisher's paper`() throws {
    let data = try Iris.dataset()
    let means = (0..<4).map { column in data.features.map { $0[column] }.reduce(0, +) / 150 }
    #expect(means.map { $0.fixed(3) } == ["5.843", "3.057", "3.758", "1.199"])
    #expect(data.features[34] == [4.9, 3.1, 1.5, 0.2])
    #expect(data.features[37] == [4.9, 3.6, 1.4, 0.1])
  }

  @Test(arguments: ["a,b\n", "a,species\n1.0,rose\n", "a,species\nx,setosa\n", "a,species\n1\n"])
  func `a table that does not fit is refused`(csv: String) {
    #expect(throws: DemoError.self) {
      try Dataset(csv: csv, features: csv.hasPrefix("a,b") ? ["c"] : ["a"], labels: Iris.species)
    }
  }
}

@Suite struct `Splitting` {
  @Test(arguments: 0..<8, [0.1, 0.3, 0.5])
  func `keeps the species in proportion and loses no flower`(
    seed: Int, fraction: Double
  ) throws {
    let split = try Split(Iris.dataset(), holdingOut: fraction, seed: seed)
    let heldOut = Int((50 * fraction).rounded())
    for label in 0..<3 {
      #expect(split.validation.labels.count { $0 == label } == heldOut)
      #expect(split.training.labels.count { $0 == label } == 50 - heldOut)
    }
  }

  @Test func `standardises by the training flowers`() throws {
    let split = try Split(Iris.dataset(), holdingOut: 0.3, seed: 5)
    for column in 0..<4 {
      let values = split.training.features.map { $0[column] }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
      #expect(abs(mean) < 1e-12)
      #expect(abs(variance - 1) < 1e-12)
    }
    #expect(abs(split.validation.features.map { $0[0] }.reduce(0, +)) > 1e-6)
  }

  @Test func `depends on the seed alone`() throws {
    let data = try Iris.dataset()
    #expect(Split(data, holdingOut: 0.5, seed: 3) == Split(data, holdingOut: 0.5, seed: 3))
    #expect(Split(data, holdingOut: 0.5, seed: 3) != Split(data, holdingOut: 0.5, seed: 4))
  }

  @Test func `SplitMix64 gives its published numbers`() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(
      [random.next(), random.next(), random.next()]
        == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }
}
