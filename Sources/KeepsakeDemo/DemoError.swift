/// Why the demo could not go on, in one sentence.
package struct DemoError: Error, CustomStringConvertible {
  /// The sentence, without a full stop.
  package let description: String

  init(_ description: String) { self.description = description }
}
