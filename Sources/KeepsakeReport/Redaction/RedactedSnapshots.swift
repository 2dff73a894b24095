internal import KeepsakeModel
internal import Synchronization

/// Saved files without their secrets.
final class RedactedSnapshots: SnapshotSource {
  private let source: any SnapshotSource

  private struct Place: Hashable {
    var name: String
    var experiment: ExperimentID?
  }

  /// The number of secrets. A file may be read several times, and in any order: the largest number
  /// that was found counts, so that the sum does not depend on it.
  private let counts = Mutex<[Place: Int]>([:])

  init(_ source: any SnapshotSource) { self.source = source }

  var width: Int? { source.width }

  /// What was withheld so far, by path.
  var withheld: [Withholding] {
    counts.withLock { $0 }.map {
      Withholding(place: $0.key.name, experiment: $0.key.experiment, count: $0.value)
    }
    .sorted { a, b in
      if a.place != b.place { return a.place.utf8Precedes(b.place) }
      guard let x = a.experiment, let y = b.experiment else { return a.experiment == nil }
      return x < y
    }
  }

  private func note(_ count: Int, at place: String, in snapshot: SnapshotID) {
    guard count > 0 else { return }
    var experiment: ExperimentID?
    if case .experiment(let id) = snapshot { experiment = id }
    counts.withLock {
      $0[Place(name: place, experiment: experiment), default: 0].raise(to: count)
    }
  }

  func index(of snapshot: SnapshotID) async -> FileIndex? {
    guard var index = await source.index(of: snapshot) else { return nil }
    var count = 0
    for position in index.files.indices {
      let file = index.files[position]
      if let (path, found) = Self.redacted(file.path) {
        index.files[position].path = path
        count += found
      }
      if let target = file.linkTarget, let (new, found) = Self.redacted(target) {
        index.files[position].linkTarget = new
        count += found
      }
    }
    note(count, at: "names of saved files", in: snapshot)
    return index
  }

  func contents(of path: String, in snapshot: SnapshotID, limit: Int) async -> [UInt8]? {
    guard let bytes = await source.contents(of: path, in: snapshot, limit: limit) else {
      return nil
    }
    if PictureType(content: bytes) != nil { return bytes }
    guard let (new, count) = Redactor.redacted(bytes.span, style: .prose) else { return bytes }
    note(count, at: "file \(path)", in: snapshot)
    return new
  }

  private static func redacted(_ text: String) -> (text: String, count: Int)? {
    guard let (bytes, count) = Redactor.redacted(text.utf8Span.span, style: .value) else {
      return nil
    }
    return (String(decoding: bytes, as: UTF8.self), count)
  }
}

extension Int {
  fileprivate mutating func raise(to other: Int) { self = Swift.max(self, other) }
}
