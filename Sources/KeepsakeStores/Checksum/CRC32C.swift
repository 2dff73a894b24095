/// The checksum CRC-32C (Castagnoli) of bytes that come in pieces, as object stores keep it with
/// what they hold.
package struct CRC32C: Sendable {
  private var register: UInt32 = ~0

  /// The checksum of no bytes yet.
  package init() {}

  /// The checksum of `bytes`.
  package init(of bytes: [UInt8]) { update(bytes.span) }

  /// The checksum of all bytes so far.
  package var value: UInt32 { ~register }

  /// The checksum as object stores write it: the base64 of its four bytes, the highest first.
  package var base64: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bits = UInt64(value) << 4
    return String((0..<6).map { alphabet[Int(bits >> (30 - 6 * $0)) & 63] }) + "=="
  }

  /// Adds bytes, eight in each step.
  package mutating func update(_ span: Span<UInt8>) {
    let bytes = unsafe span.bytes
    let tables = Self.tables.span
    var crc = register
    var offset = 0
    while offset + 8 <= bytes.byteCount {
      // SAFETY: eight bytes from `offset` on are there; every index is below 8 * 256.
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let mixed = UInt64(littleEndian: word) ^ UInt64(crc)
      crc = unsafe tables[unchecked: 7 << 8 | Int(mixed & 255)]
      crc ^= unsafe tables[unchecked: 6 << 8 | Int(mixed >> 8 & 255)]
      crc ^= unsafe tables[unchecked: 5 << 8 | Int(mixed >> 16 & 255)]
      crc ^= unsafe tables[unchecked: 4 << 8 | Int(mixed >> 24 & 255)]
      crc ^= unsafe tables[unchecked: 3 << 8 | Int(mixed >> 32 & 255)]
      crc ^= unsafe tables[unchecked: 2 << 8 | Int(mixed >> 40 & 255)]
      crc ^= unsafe tables[unchecked: 1 << 8 | Int(mixed >> 48 & 255)]
      crc ^= unsafe tables[unchecked: Int(mixed >> 56)]
      offset += 8
    }
    while offset < bytes.byteCount {
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      crc = crc >> 8 ^ tables[Int((crc ^ UInt32(byte)) & 255)]
      offset += 1
    }
    register = crc
  }

  /// Adds `byteCount` bytes whose checksum is known. O(log byteCount).
  package mutating func append(_ next: CRC32C, byteCount: Int64) {
    // Each byte multiplies what came before by x^8; bit 31 of a polynomial is its x^0.
    var power: UInt32 = 1 << 23
    var shifted = value
    var left = byteCount
    while left > 0 {
      if left & 1 == 1 { shifted = Self.product(shifted, power) }
      power = Self.product(power, power)
      left >>= 1
    }
    register = ~(shifted ^ next.value)
  }

  /// The product of two polynomials modulo the checksum's own.
  private static func product(_ one: UInt32, _ other: UInt32) -> UInt32 {
    var (product, multiple) = (UInt32(0), other)
    for bit in (0..<32).reversed() {
      if one >> bit & 1 == 1 { product ^= multiple }
      multiple = multiple >> 1 ^ (multiple & 1 == 1 ? polynomial : 0)
    }
    return product
  }

  private static let polynomial: UInt32 = 0x82F6_3B78

  /// Entry `k * 256 + b` is the effect of byte `b` with `k` bytes of zero after it.
  private static let tables: [UInt32] = {
    var tables = (0..<UInt32(256)).map { byte in
      (0..<8).reduce(byte) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? polynomial : 0) }
    }
    for index in 256..<(8 * 256) {
      let before = tables[index - 256]
      tables.append(before >> 8 ^ tables[Int(before & 255)])
    }
    return tables
  }()
}
