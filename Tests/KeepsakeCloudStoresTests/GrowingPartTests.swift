import Testing

@testable import KeepsakeCloudStores

@Suite struct `A part of a resumable upload` {
  @Test func `grows on a fast line, up to eight times`() {
    var part = GrowingPart(first: 8 << 20)
    let sizes = (0..<5).map { _ in
      defer { part.sent(in: .seconds(1), isWhole: true) }
      return part.byteCount >> 20
    }
    #expect(sizes == [8, 16, 32, 64, 64])
  }

  @Test func `stays as it is on a slow line`() {
    var part = GrowingPart(first: 8 << 20)
    part.sent(in: .seconds(30), isWhole: true)
    #expect(part.byteCount == 8 << 20)
  }

  @Test func `is small again after a fault`() {
    var part = GrowingPart(first: 8 << 20)
    for _ in 0..<3 { part.sent(in: .seconds(1), isWhole: true) }
    part.sent(in: .seconds(1), isWhole: false)
    #expect(part.byteCount == 8 << 20)
  }

  @Test(arguments: [(1, 1 << 18), (300_000, 1 << 18), ((1 << 20) + 5, 1 << 20)])
  func `is a multiple of what Cloud Storage wants`(first: Int64, byteCount: Int) {
    #expect(GrowingPart(first: first).byteCount == byteCount)
  }
}
