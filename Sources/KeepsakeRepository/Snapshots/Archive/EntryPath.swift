/// Where an entry of an archive belongs, if it may be brought back at all.
enum EntryPath: Equatable {
  /// The components below the target, none empty, `.` or `..`; empty for the top folder itself.
  case inside([[UInt8]])
  case refused(String)

  /// Deeper and longer names cannot be made on any common file system.
  private static let depthLimit = 256
  private static let byteLimit = 4096

  /// Judges `name`, which has to lie in the folder `top`.
  init(_ name: [UInt8], top: [UInt8]) {
    let slash = UInt8(ascii: "/")
    let dot = UInt8(ascii: ".")
    guard name.first != slash else {
      self = .refused("has an absolute name")
      return
    }
    guard name.count <= Self.byteLimit + top.count else {
      self = .refused("has a name of \(name.count) bytes")
      return
    }
    var components = name.split(separator: slash).filter { $0 != [dot] }.map { Array($0) }
    guard !components.contains([dot, dot]) else {
      self = .refused("has \"..\" in its name")
      return
    }
    guard !components.contains(where: { $0.contains(0) }) else {
      self = .refused("has a zero byte in its name")
      return
    }
    guard components.first == top else {
      self = .refused("lies outside the folder of the snapshot")
      return
    }
    components.removeFirst()
    guard components.count <= Self.depthLimit else {
      self = .refused("lies \(components.count) folders deep")
      return
    }
    self = .inside(components)
  }
}

/// The part of a snapshot that is asked for: a file, or everything in a folder.
struct PathFilter {
  private let components: [[UInt8]]

  /// Everything for `nil`; `.invalidPath` for a path that leads out of the snapshot.
  init(_ path: String?) throws(SnapshotError) {
    let parts = (path ?? "").utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
    components = parts.filter { $0 != Array(".".utf8) }
    guard !components.contains(Array("..".utf8)), path?.utf8.first != UInt8(ascii: "/") else {
      throw SnapshotError(
        .invalidPath, what: "cannot look for path \"\(path ?? "")\"",
        why: "paths of a snapshot are relative to the project directory",
        fix: "Give the path as the listing of the files shows it.")
    }
  }

  func includes(_ path: [[UInt8]]) -> Bool { path.starts(with: components) }
}
