package import KeepsakeModel

/// Reads the saved files of experiments and checkpoints on demand.
///
/// A report asks for few of them, from several tasks at once, and shows what it does not get as
/// missing.
package protocol SnapshotSource: Sendable {
  /// How many tasks should ask at once: more than there are processors where answers take long;
  /// `nil` for as many as there are.
  var width: Int? { get }

  /// The list of a snapshot's files; `nil` where there is none, or none can be had cheaply.
  func index(of snapshot: SnapshotID) async -> FileIndex?

  /// The content of a file; `nil` when it is not there or is larger than `limit` bytes.
  func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]?
}

extension SnapshotSource {
  package var width: Int? { nil }
}

/// A source that has nothing.
package struct EmptySnapshotSource: SnapshotSource {
  package init() {}
  package func index(of snapshot: SnapshotID) async -> FileIndex? { nil }
  package func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
    nil
  }
}
