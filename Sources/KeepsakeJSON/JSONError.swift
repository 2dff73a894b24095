/// Why bytes are not the JSON that was expected.
@usableFromInline package struct JSONError: Error, Sendable, Equatable {
  /// What is wrong, as a phrase without a full stop: `it ends in the middle of a string`.
  package var reason: String

  /// Where, in bytes from the start.
  package var offset: Int

  /// Names a fault and its place.
  package init(reason: String, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// The reason with its place: `it ends in the middle of a string, at byte 1042`.
  package var text: String { "\(reason), at byte \(offset)" }
}
