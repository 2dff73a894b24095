import Foundation
import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import KeepsakeRepository

/// A folder that is removed with its last reference.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/keepsake-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and the folders above it.
  func write(_ name: String, _ content: [UInt8], mode: Int = 0o644) throws {
    let file = "\(path)/\(name)"
    try makeFolder(name.split(separator: "/").dropLast().joined(separator: "/"))
    try Data(content).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
  }

  func write(_ name: String, _ content: String, mode: Int = 0o644) throws {
    try write(name, Array(content.utf8), mode: mode)
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: name.isEmpty ? path : "\(path)/\(name)", withIntermediateDirectories: true)
  }

  func link(_ name: String, to target: String) throws {
    try makeFolder(name.split(separator: "/").dropLast().joined(separator: "/"))
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/\(name)", withDestinationPath: target)
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions] as? Int
  }

  func target(_ name: String) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(name)")
  }

  /// Whether there is anything of that name, be it a broken link.
  func has(_ name: String) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")) != nil
  }

  /// Every path below the folder, files and folders, sorted.
  func paths() -> [String] {
    (FileManager.default.subpaths(atPath: path) ?? []).sorted { $0.utf8Precedes($1) }
  }

  /// The files that a snapshot of `name` has, with the default rules.
  func walk(_ name: String = ".", rules: IgnoreRules = IgnoreRules()) throws -> FileWalk {
    try FileWalk(try SnapshotPath(name, project: path), project: path, rules: rules)
  }
}

/// Runs a program and returns what it printed.
@discardableResult
func run(
  _ arguments: [String], in folder: String? = nil, input: [UInt8] = [],
  accepting statuses: [Int32] = [0]
) throws -> [UInt8] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
  // No settings of the person who runs the tests.
  process.environment = [
    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
    "HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
    "PYTHONUTF8": "1",
  ]
  let (standardInput, output) = (Pipe(), Pipe())
  process.standardInput = standardInput
  process.standardOutput = output
  try process.run()
  // Small enough for the pipe's buffer in every test.
  try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
  try standardInput.fileHandleForWriting.close()
  let printed = try output.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  #expect(statuses.contains(process.terminationStatus), "\(arguments) failed")
  return Array(printed)
}

extension SnapshotID {
  /// An identifier that belongs to `seed`.
  static func example(_ seed: UInt64 = 1) -> SnapshotID {
    var generator = SeededGenerator(seed: seed)
    return .checkpoint(CheckpointID(Identifier(using: &generator)))
  }
}

extension StagingArea {
  /// Stages files as the snapshot that belongs to `seed`.
  func stage(_ walk: FileWalk, seed: UInt64 = 1) throws -> StagedSnapshot {
    var generator = SeededGenerator(seed: 0)
    return try stage(
      walk, as: .example(seed), of: ExperimentID(Identifier(using: &generator)))
  }
}

/// `count` bytes, of few different ones in places, so that some of them can be compressed.
func someBytes(_ count: Int, using generator: inout SeededGenerator) -> [UInt8] {
  let mask = UInt64.max >> (8 * UInt64.random(in: 0...7, using: &generator))
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 8)
  while bytes.count < count {
    var word = generator.next() & mask
    for _ in 0..<8 {
      bytes.append(UInt8(truncatingIfNeeded: word))
      word >>= 8
    }
  }
  return Array(bytes.prefix(count))
}
