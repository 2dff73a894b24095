import Foundation
import Testing

/// The program that is built beside these tests.
private let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  .appending(path: "keepsake")

@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: binary.path),
    "the command was not built beside the tests: run swift build first"))
struct `The program` {
  private func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String)
  {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = binary
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let texts = [output, errors].map {
      String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    process.waitUntilExit()
    return (process.terminationStatus, texts[0], texts[1])
  }

  @Test func `passes arguments, streams and the exit status through`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "keepsake-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let made = try run(["init", "-D", folder])
    #expect(made.status == 0 && made.output == "Wrote \(folder)/keepsake.yaml\n")
    let list = try run(["-D", folder, "ls"])
    #expect(list.status == 0 && list.output == "")
    #expect(list.errors == "═══╡ No experiments found\n")
    #expect(try run(["ls", "-D", "\(folder)/nowhere"]).status == 10)
    #expect(try run(["nonsense"]).status == 64)
  }

  @Test func `says its version`() throws {
    let run = try run(["-v", "--version"])
    #expect(run.status == 0 && run.output.hasPrefix("keepsake version "))
  }

  @Test func `prints a completion script the way the argument parser documents it`() throws {
    let run = try run(["--generate-completion-script", "bash"])
    #expect(run.status == 0 && run.output.hasPrefix("#!/bin/bash"))
  }
}
