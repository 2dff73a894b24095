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
    // SAFETY: the bytes are read before the closure ends.
    let bits = unsafe hash.finalize().withUnsafeBytes { unsafe Identifier(bytes: $0.bytes) }
    guard let bits else { preconditionFailure("SHA-256 has 32 bytes") }
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
