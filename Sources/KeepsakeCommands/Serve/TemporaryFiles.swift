#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import KeepsakeWire
internal import Synchronization

/// Folders that live no longer than the process, and that nobody else can read.
final class TemporaryFiles: Sendable {
  private struct State {
    var root: String?
    var count = 0
  }

  private let state = Mutex(State())

  /// Makes an empty folder.
  func newFolder() throws -> String {
    try state.withLock { state in
      let root = try state.root ?? Self.makeRoot()
      state.root = root
      state.count += 1
      let folder = "\(root)/\(state.count)"
      try Self.make(folder)
      return folder
    }
  }

  /// Removes all of them.
  func remove() {
    guard let root = state.withLock({ $0.root }) else { return }
    try? FileManager.default.removeItem(atPath: root)
  }

  private static func makeRoot() throws -> String {
    let root = FileManager.default.temporaryDirectory.path + "/keepsake-\(UUID().uuidString)"
    try make(root)
    return root
  }

  private static func make(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandError(
        what: "Cannot make a temporary folder: \(error.localizedReason)",
        fix: "Set TMPDIR to a folder that can be written.", code: .write)
    }
  }
}
