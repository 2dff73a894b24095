/// What is written before the content of a file or a link.
struct TarHeader {
  /// The whole name, starting with the snapshot's identifier.
  var name: String
  var byteCount: Int64
  var mode: UInt32
  var modified: Int64
  var linkTarget: String?

  /// The largest number of eleven octal digits.
  private static let largestNumber: Int64 = 0o777_7777_7777

  /// The blocks of the header, with a pax header before it where a field does not fit.
  func blocks() -> [UInt8] {
    var records: [UInt8] = []
    let bytes = Array(name.utf8)
    let split = Self.split(bytes)
    if split == nil || bytes.contains(where: { $0 >= 0x80 }) {
      Self.append("path", bytes, to: &records)
    }
    let target = Array((linkTarget ?? "").utf8)
    if target.count > TarFormat.linkTarget.count || target.contains(where: { $0 >= 0x80 }) {
      Self.append("linkpath", target, to: &records)
    }
    if byteCount > Self.largestNumber {
      Self.append("size", Array(String(byteCount).utf8), to: &records)
    }
    if !(0...Self.largestNumber).contains(modified) {
      Self.append("mtime", Array(String(modified).utf8), to: &records)
    }
    var blocks: [UInt8] = []
    if !records.isEmpty {
      blocks += Self.block(
        prefix: [], name: Array("PaxHeaders/entry".utf8), byteCount: Int64(records.count),
        mode: 0o644, modified: 0, type: UInt8(ascii: "x"), target: [])
      blocks += records
      blocks += [UInt8](repeating: 0, count: TarFormat.padding(after: Int64(records.count)))
    }
    let (prefix, rest) = split ?? ([], bytes[...])
    blocks += Self.block(
      prefix: prefix, name: rest, byteCount: byteCount, mode: mode, modified: modified,
      type: UInt8(ascii: linkTarget == nil ? "0" : "2"), target: target)
    return blocks
  }

  /// The two fields that hold `name`; `nil` where it does not fit.
  private static func split(_ name: [UInt8]) -> (
    prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>
  )? {
    if name.count <= TarFormat.name.count { return ([], name[...]) }
    // The last slash that leaves something on both sides, and the shortest name.
    guard
      let slash = name[..<min(name.count - 1, TarFormat.prefix.count + 1)].lastIndex(of: 0x2F),
      slash > 0, name.count - slash - 1 <= TarFormat.name.count
    else { return nil }
    return (name[..<slash], name[(slash + 1)...])
  }

  private static func block(
    prefix: ArraySlice<UInt8>, name: some Collection<UInt8>, byteCount: Int64, mode: UInt32,
    modified: Int64, type: UInt8, target: [UInt8]
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: TarFormat.blockByteCount)
    func put(_ bytes: some Collection<UInt8>, _ field: Range<Int>) {
      for (offset, byte) in bytes.prefix(field.count).enumerated() {
        block[field.lowerBound + offset] = byte
      }
    }
    func put(_ number: Int64, _ field: Range<Int>) {
      let value = (0...largestNumber).contains(number) ? number : 0
      let digits = String(value, radix: 8)
      let zeros = String(repeating: "0", count: field.count - 1 - digits.utf8.count)
      put((zeros + digits).utf8, field)
    }
    put(name, TarFormat.name)
    put(Int64(mode & 0o777), TarFormat.mode)
    put(0, TarFormat.user)
    put(0, TarFormat.group)
    put(byteCount, TarFormat.size)
    put(modified, TarFormat.modified)
    block[TarFormat.type] = type
    put(target, TarFormat.linkTarget)
    put("ustar\u{0}00".utf8, TarFormat.magic)
    put(prefix, TarFormat.prefix)
    let sum = String(TarFormat.sum(of: block[...]), radix: 8)
    put(
      (String(repeating: "0", count: 6 - sum.utf8.count) + sum + "\u{0} ").utf8, TarFormat.checksum)
    return block
  }

  /// Appends a pax record, whose length counts its own digits.
  private static func append(_ key: String, _ value: [UInt8], to records: inout [UInt8]) {
    let rest = key.utf8.count + value.count + 3
    var length = rest + String(rest).utf8.count
    length = rest + String(length).utf8.count
    records += Array("\(length) \(key)=".utf8) + value + [0x0A]
  }
}
