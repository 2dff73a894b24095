/// The `path` argument of an experiment or a checkpoint: a file or folder of the project.
package struct SnapshotPath: Sendable, Hashable, CustomStringConvertible {
  /// The path relative to the project, without `.`, `..` and double slashes; `.` for all of it.
  package let relative: String

  /// Checks `text`, the path as the user wrote it, in the project whose folder is `project`.
  ///
  /// Throws `.invalidPath` where it is absolute, leaves the project or is empty, `.notFound` where
  /// nothing is there.
  package init(_ text: String, project: String) throws(SnapshotError) {
    func refuse(_ why: String, fix: String) -> SnapshotError {
      SnapshotError(
        .invalidPath, what: "cannot save path \"\(readableName(text.utf8))\"", why: why, fix: fix)
    }
    let hint = "Give a path relative to \(project), such as \".\" or \"data\"."
    guard !text.isEmpty else { throw refuse("it is empty", fix: hint) }
    guard !text.utf8.contains(0) else { throw refuse("it contains a zero byte", fix: hint) }
    guard text.utf8.first != UInt8(ascii: "/") else {
      throw refuse("it is absolute, so it would not fit another machine", fix: hint)
    }
    var components: [Substring] = []
    for component in text.split(separator: "/") where component != "." {
      guard component == ".." else {
        components.append(component)
        continue
      }
      guard components.popLast() != nil else {
        throw refuse("it leads out of the project directory \(project)", fix: hint)
      }
    }
    relative = components.isEmpty ? "." : components.joined(separator: "/")
    do {
      _ = try FileStatus(path: absolute(in: project), followsLinks: true)
    } catch {
      guard error.isMissing || error == .notDirectory else {
        throw SnapshotError(error, what: "cannot save path \"\(text)\" of \(project)")
      }
      throw SnapshotError(
        .notFound, what: "cannot save path \"\(text)\"",
        why: "nothing of that name is in the project directory \(project)",
        fix: "Check the spelling, or make the file before you save it.")
    }
  }

  /// The path of the file system.
  func absolute(in project: String) -> String {
    relative == "." ? project : "\(project)/\(relative)"
  }

  /// `relative`.
  package var description: String { relative }
}
