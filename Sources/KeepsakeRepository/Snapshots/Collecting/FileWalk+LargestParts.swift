internal import KeepsakeModel

extension FileWalk {
  /// A file or a folder of the walk.
  package struct Part: Sendable, Hashable {
    /// The path relative to the project; a folder's ends with `/`.
    package var name: String

    /// The size of its files.
    package var byteCount: Int64

    /// How many files it has.
    package var fileCount: Int
  }

  /// Above this, a snapshot at every checkpoint is probably not what was meant.
  package static let largeByteCount: Int64 = 1_000_000_000
  package static let largeFileCount = 10_000

  /// Whether the path holds so much that the user should be told.
  package var isLarge: Bool {
    byteCount > Self.largeByteCount || files.count > Self.largeFileCount
  }

  /// The parts right below the path that hold most, by size or, where the number of files is what
  /// makes the walk large, by that.
  package func largestParts(_ count: Int = 3) -> [Part] {
    let depth = path.relative == "." ? 0 : path.relative.utf8.count { $0 == 0x2F } + 1
    // Keyed by bytes: names that Unicode holds equal are different files.
    var parts: [[UInt8]: Part] = [:]
    for file in files {
      var name = Array(file.path.utf8)
      let slashes = name.indices.filter { name[$0] == 0x2F }
      if slashes.count > depth { name.removeSubrange((slashes[depth] + 1)...) }
      parts[
        name, default: Part(name: String(decoding: name, as: UTF8.self), byteCount: 0, fileCount: 0)
      ].byteCount &+= file.byteCount
      parts[name]?.fileCount += 1
    }
    let bySize = byteCount > Self.largeByteCount
    let sorted = parts.values.sorted { a, b in
      let (left, right) =
        bySize ? (a.byteCount, b.byteCount) : (Int64(a.fileCount), Int64(b.fileCount))
      return left == right ? a.name.utf8Precedes(b.name) : left > right
    }
    return Array(sorted.prefix(count))
  }

  /// The warning about a large path, naming its largest parts; `nil` when it is not large.
  package var sizeWarning: String? {
    guard isLarge else { return nil }
    let parts = largestParts().map { part in
      let files = part.fileCount == 1 ? "" : ", \(part.fileCount) files"
      return "\(part.name) (\(Self.size(part.byteCount))\(files))"
    }
    return
      "\"\(path)\" holds \(Self.size(byteCount)) in \(files.count) files, all of it stored each "
      + "time; the largest parts are \(parts.joined(separator: ", ")). Save a smaller path, or list "
      + "what is not needed in \(IgnoreRules.fileNames[0])."
  }

  static func size(_ byteCount: Int64) -> String {
    var value = Double(byteCount)
    var unit = 0
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    while value >= 999.95, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    if unit == 0 { return "\(byteCount) bytes" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
