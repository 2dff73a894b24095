internal import KeepsakeJSON

/// How a checkpoint is written: the bytes between its values.
///
/// The checkpoints of a file differ in their identifiers, times, steps and metrics, and are alike in
/// all else. One that has the shape of another is compared with it instead of being understood
/// anew, which takes half of the time.
struct CheckpointShape {
  /// A value that differs.
  enum Value {
    case id
    case created
    case step
    case metric(column: Int)
  }

  /// A value, and what stands before it, back to the value before.
  struct Part {
    var before: Range<Int>
    var value: Value
  }

  /// The values in their order.
  private(set) var parts: [Part] = []

  /// What follows the last value, the closing brace included.
  private(set) var end = 0..<0

  /// Whether all that differs between checkpoints of this shape is in ``parts``.
  private(set) var isComplete = true

  private var position: Int

  /// The shape of a checkpoint that begins at an offset; its values are to be added.
  init(at offset: Int) { position = offset }

  /// Takes note of a value between two offsets.
  mutating func add(_ value: Value, from start: Int, to end: Int) {
    parts.append(Part(before: position..<start, value: value))
    position = end
  }

  /// Takes note of something that other checkpoints may not have alike.
  mutating func addOther() { isComplete = false }

  /// Takes note of the end of the checkpoint.
  mutating func close(at offset: Int) { end = position..<offset }
}
