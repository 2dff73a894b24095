internal import Crypto

/// Digests in hexadecimal digits.
enum Digests {
  static func sha256(_ bytes: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: bytes)) }

  /// For names that others chose; it protects nothing.
  static func sha1(_ bytes: [UInt8]) -> String { Hexadecimal.text(Insecure.SHA1.hash(data: bytes)) }
}
