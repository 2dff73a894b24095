/// Where a symbolic link leads, judged by its text alone.
enum LinkTarget {
  /// Whether a link at `path` with the text `target` stays in the folder `root` (empty: the top).
  ///
  /// `..` counts only at the start of the text, where the folder that it leaves is a real one:
  /// after a name it could leave through another link.
  static func staysInside(_ target: [UInt8], at path: [UInt8], root: [UInt8] = []) -> Bool {
    let slash = UInt8(ascii: "/")
    guard let first = target.first, first != slash, !target.contains(0) else { return false }
    let depth = path.count { $0 == slash }
    let rootDepth = root.isEmpty ? 0 : root.count { $0 == slash } + 1
    var climbed = 0
    var hasName = false
    for component in target.split(separator: slash) where component != [UInt8(ascii: ".")] {
      if component == [UInt8(ascii: "."), UInt8(ascii: ".")] {
        guard !hasName else { return false }
        climbed += 1
      } else {
        hasName = true
      }
    }
    return climbed <= depth - rootDepth
  }
}
