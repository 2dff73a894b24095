/// A text that is never printed: a key, a token, a password.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The text itself, to be sent or to sign with.
  package let value: String

  package init(_ value: String) { self.value = value }

  package var description: String { "(secret)" }
  package var debugDescription: String { "(secret)" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
