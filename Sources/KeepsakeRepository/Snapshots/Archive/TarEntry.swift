/// One entry of a tar file, as it describes itself.
struct TarEntry {
  enum Kind: Equatable {
    case file
    case folder
    case symbolicLink
    /// Something that no snapshot holds, and what it is.
    case unsupported(String)
  }

  var name: [UInt8]
  var kind: Kind
  var byteCount: Int64
  var mode: UInt32
  var modified: Int64
  var linkTarget: [UInt8]
}

/// Fields that entries before an entry set for it.
struct TarOverrides {
  var name: [UInt8]?
  var linkTarget: [UInt8]?
  var byteCount: Int64?
  var modified: Int64?
  var isSparse = false

  /// Reads pax records; nil where they are none.
  mutating func read(pax records: [UInt8]) -> Bool {
    var rest = records[...]
    while let first = rest.first, first != 0 {
      guard let space = rest.prefix(20).firstIndex(of: 0x20),
        let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
        length > space - rest.startIndex + 2, length <= rest.count
      else { return false }
      let end = rest.startIndex + length
      guard rest[end - 1] == 0x0A, let equals = rest[space..<end].firstIndex(of: 0x3D) else {
        return false
      }
      let value = Array(rest[(equals + 1)..<(end - 1)])
      guard set(String(decoding: rest[(space + 1)..<equals], as: UTF8.self), value) else {
        return false
      }
      rest = rest[end...]
    }
    return true
  }

  private mutating func set(_ key: String, _ value: [UInt8]) -> Bool {
    switch key {
    case "path":
      guard !value.contains(0) else { return false }
      name = value
    case "linkpath":
      guard !value.contains(0) else { return false }
      linkTarget = value
    case "size":
      guard let number = Int64(String(decoding: value, as: UTF8.self)), number >= 0 else {
        return false
      }
      byteCount = number
    case "mtime":
      let text = String(decoding: value, as: UTF8.self)
      modified = text.split(separator: ".", omittingEmptySubsequences: false).first.flatMap {
        Int64($0)
      }
    default:
      if key.hasPrefix("GNU.sparse.") { isSparse = true }
    }
    return true
  }
}

/// The fields of a header block.
struct TarFields {
  var type: UInt8
  var byteCount: Int64
  private let header: [UInt8]

  /// Reads a block whose sum is right and whose numbers are numbers; `nil` otherwise.
  init?(_ header: [UInt8]) {
    self.header = header
    guard let sum = Self.number(header[TarFormat.checksum]),
      sum == TarFormat.sum(of: header[...]) || sum == Self.signedSum(of: header),
      let byteCount = Self.number(header[TarFormat.size]), byteCount >= 0
    else { return nil }
    self.byteCount = byteCount
    type = header[TarFormat.type]
  }

  /// The entry, with what was set for it before.
  func entry(_ overrides: TarOverrides) -> TarEntry {
    var name = text(TarFormat.name)
    if header[TarFormat.magic].starts(with: "ustar\u{0}".utf8) {
      let prefix = text(TarFormat.prefix)
      if !prefix.isEmpty { name = prefix + [0x2F] + name }
    }
    name = overrides.name ?? name
    let kind = overrides.isSparse ? .unsupported("is a sparse file") : kind(name)
    return TarEntry(
      name: name, kind: kind, byteCount: overrides.byteCount ?? byteCount,
      mode: UInt32(truncatingIfNeeded: Self.number(header[TarFormat.mode]) ?? 0o644) & 0o777,
      modified: overrides.modified ?? Self.number(header[TarFormat.modified]) ?? 0,
      linkTarget: overrides.linkTarget ?? text(TarFormat.linkTarget))
  }

  /// Whether the type never has content, whatever the size field says.
  var isOnlyHeader: Bool { (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(type) }

  /// Whether another block with a map of the holes follows, in GNU's old sparse format.
  var hasSparseMap: Bool { type == UInt8(ascii: "S") && header[482] != 0 }

  private func kind(_ name: [UInt8]) -> TarEntry.Kind {
    switch type {
    // Before POSIX, a folder was a file whose name ends with a slash.
    case 0: name.last == 0x2F ? .folder : .file
    case UInt8(ascii: "0"), UInt8(ascii: "7"): .file
    case UInt8(ascii: "1"): .unsupported("is a hard link")
    case UInt8(ascii: "2"): .symbolicLink
    case UInt8(ascii: "3"), UInt8(ascii: "4"): .unsupported("is a device")
    case UInt8(ascii: "5"): .folder
    case UInt8(ascii: "6"): .unsupported("is a named pipe")
    case UInt8(ascii: "S"): .unsupported("is a sparse file")
    default: .unsupported("is of the unknown type \"\(readableName([type]))\"")
    }
  }

  private func text(_ field: Range<Int>) -> [UInt8] { Array(header[field].prefix { $0 != 0 }) }

  /// Some old programs summed signed bytes.
  private static func signedSum(of header: [UInt8]) -> Int64 {
    let negative = header.enumerated().count { $1 >= 0x80 && !TarFormat.checksum.contains($0) }
    return Int64(TarFormat.sum(of: header[...]) - 256 * negative)
  }

  /// Octal digits between spaces and zeros, or a big-endian number whose top bit is set.
  private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      var value: Int64 = first & 0x40 == 0 ? 0 : -1
      for (index, byte) in field.enumerated() {
        let digit = index == 0 ? byte & 0x3F : byte
        let (shifted, overflow) = value.multipliedReportingOverflow(by: index == 0 ? 64 : 256)
        guard !overflow else { return nil }
        value = shifted | Int64(digit)
      }
      return value
    }
    let digits = field.drop { $0 == 0x20 || $0 == 0 }.prefix { $0 != 0x20 && $0 != 0 }
    var value: Int64 = 0
    for digit in digits {
      guard (0x30...0x37).contains(digit) else { return nil }
      value = value << 3 | Int64(digit - 0x30)
    }
    return value
  }
}
