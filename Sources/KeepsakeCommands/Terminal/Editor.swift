#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Lets a person change a text in their editor.
struct Editor {
  let session: Session

  /// The text after the editor was closed.
  func edited(_ text: String, name: String) throws(CommandError) -> String {
    let names = ["VISUAL", "EDITOR"].compactMap { session.environment[$0] }
    let command = names.first { !$0.isEmpty } ?? "vi"
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "keepsake-\(UUID().uuidString)")
    let file = folder.appending(path: name)
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      // The shell, because $EDITOR may hold arguments.
      let status = try ChildProcess.run([
        "/bin/sh", "-c", "\(command) \"$1\"", "sh", file.path(percentEncoded: false),
      ])
      guard status == 0 else {
        throw CommandError(
          what: "The editor `\(command)` ended with \(status): the note was not changed",
          fix: "Set $EDITOR to an editor that works, or use -m TEXT.")
      }
      return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError(
        what: "Cannot edit the note: \(error.localizedReason)", fix: "Use -m TEXT or --file.")
    }
  }
}

/// A program that runs in this one's terminal.
enum ChildProcess {
  /// Runs a program and waits for it.
  ///
  /// - Returns: its exit status; 128 + the signal that ended it.
  static func run(_ arguments: [String], isQuiet: Bool = false) throws -> Int32 {
    var strings = unsafe arguments.map { unsafe strdup($0) }
    unsafe strings.append(nil)
    defer { unsafe strings.forEach { unsafe free($0) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if isQuiet {
      for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
        unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
      }
    }
    var process = pid_t()
    let result = unsafe posix_spawnp(&process, arguments[0], &actions, nil, strings, environ)
    guard result == 0 else {
      throw CommandError(
        what: "cannot run \(arguments[0]): \(unsafe String(cString: strerror(result)))")
    }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
