/// What both sides of the wire agree on. `WireProtocol.md` specifies all of it.
package enum WireProtocol {
  /// The version of the protocol.
  package static let version: Int64 = 1

  /// The length that a line may have, in bytes.
  package static let lineLimit = 64 << 20
}
