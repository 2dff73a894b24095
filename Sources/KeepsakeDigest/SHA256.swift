internal import Crypto
package import KeepsakeModel

/// A SHA-256 computation over bytes that come in pieces.
package struct SHA256Hasher: Sendable {
  private var hash = SHA256()

  /// A computation over no bytes yet.
  package init() {}

  /// Adds bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    unsafe hash.update(bufferPointer: bytes)
  }

  /// Adds bytes.
  package mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }

  /// The digest of all bytes added.
  package func finalize() -> ContentDigest {
    var hex: [UInt8] = []
    hex.reserveCapacity(64)
    for byte in hash.finalize() {
      for digit in [byte >> 4, byte & 15] {
        hex.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
      }
    }
    guard let bits = Identifier(hex: hex.span) else { preconditionFailure("64 hexadecimal digits") }
    return ContentDigest(bits)
  }
}

extension ContentDigest {
  /// The digest of `bytes`.
  package init(of bytes: [UInt8]) {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    self = hasher.finalize()
  }
}
