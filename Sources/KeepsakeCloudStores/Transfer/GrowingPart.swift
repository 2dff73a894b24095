/// How much of a file the next request of a resumable upload sends.
///
/// Each request costs a pause, as nothing is sent before the server has answered the one before. A
/// fast line therefore gets larger parts; a slow one gets small ones, which arrive before anybody
/// loses patience.
struct GrowingPart: Sendable, Hashable {
  /// A multiple of 256 KiB, which Cloud Storage wants.
  private(set) var byteCount: Int64

  private let range: ClosedRange<Int64>

  /// A part that took less is followed by one of twice the size.
  static let brief = Duration.seconds(4)

  /// - Parameter first: the size in bytes of the first part; none is more than eight times as large.
  init(first: Int64) {
    byteCount = max((first >> 18) << 18, 1 << 18)
    range = byteCount...byteCount * 8
  }

  /// Notes that a part was sent.
  ///
  /// - Parameter isWhole: whether all of it arrived, at the first try.
  mutating func sent(in time: Duration, isWhole: Bool) {
    if !isWhole {
      byteCount = range.lowerBound
    } else if time < Self.brief {
      byteCount = min(byteCount * 2, range.upperBound)
    }
  }
}
