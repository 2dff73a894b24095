import Foundation
import Testing

/// What each target may import, besides the standard library, FoundationEssentials, Synchronization,
/// Dispatch and the C library. SwiftPM alone would let a target import what its dependencies import.
private let allowed: [String: Set<String>] = [
  "KeepsakeModel": [],
  "KeepsakeDigest": ["KeepsakeModel", "Crypto"],
  "KeepsakeJSON": ["KeepsakeModel"],
  "KeepsakeStores": [],
  "KeepsakeCloudStores": [
    "KeepsakeModel", "KeepsakeJSON", "KeepsakeStores", "KeepsakeDigest", "Crypto", "CryptoExtras",
    "AsyncHTTPClient", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL",
  ],
  "KeepsakeRepository": [
    "KeepsakeModel", "KeepsakeJSON", "KeepsakeStores", "KeepsakeDigest", "CZlib",
  ],
  "Keepsake": [
    "KeepsakeModel", "KeepsakeJSON", "KeepsakeStores", "KeepsakeRepository", "Yams",
  ],
  "KeepsakeCloud": ["Keepsake", "KeepsakeModel", "KeepsakeStores", "KeepsakeCloudStores"],
  "KeepsakeAssets": [],
  "KeepsakeReport": [
    "KeepsakeModel", "KeepsakeJSON", "KeepsakeDigest", "KeepsakeAssets", "Mustache", "CCMark",
  ],
  "KeepsakeWire": ["KeepsakeModel", "KeepsakeJSON"],
  "KeepsakeDemo": ["Keepsake"],
  "KeepsakeCommands": [
    "KeepsakeModel", "KeepsakeJSON", "KeepsakeStores", "KeepsakeCloudStores",
    "KeepsakeRepository", "Keepsake", "KeepsakeCloud", "KeepsakeReport", "KeepsakeWire",
    "KeepsakeDemo", "ArgumentParser",
    // Starting an editor and a browser.
    "Foundation",
  ],
  "KeepsakeTool": ["KeepsakeCommands"],
]

private let everywhere: Set<String> = [
  "FoundationEssentials", "Synchronization", "Dispatch", "Glibc", "Musl", "Darwin",
]

/// Targets that run while the package is built, and are no part of the product.
private let buildTools: Set<String> = ["EmbedAssets", "EmbedAssetsTool"]

private let sources = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

private func swiftFiles(of target: String) throws -> [URL] {
  let folder = sources.appending(path: target)
  return try FileManager.default.subpathsOfDirectory(atPath: folder.path())
    .filter { $0.hasSuffix(".swift") }.map { folder.appending(path: $0) }
}

@Suite struct `The layers` {
  @Test func `name every target with Swift sources`() throws {
    let targets = try FileManager.default.contentsOfDirectory(atPath: sources.path())
      .filter { !(try swiftFiles(of: $0).isEmpty) }
    #expect(Set(targets) == Set(allowed.keys).union(buildTools))
  }

  @Test(arguments: allowed.keys.sorted())
  func `are imported one way only`(target: String) throws {
    let modules = try #require(allowed[target]).union(everywhere)
    for file in try swiftFiles(of: target) {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count,
          words[..<index].allSatisfy({ word in
            ["internal", "package", "public", "private", "fileprivate", "@_exported"].contains(word)
          })
        else { continue }
        let module = String(words[index + 1])
        #expect(modules.contains(module), "\(file.lastPathComponent) imports \(module)")
      }
    }
  }

  @Test(arguments: Set(allowed.keys).subtracting(["KeepsakeCommands", "KeepsakeTool"]))
  func `print and exit in the commands alone`(target: String) throws {
    for file in try swiftFiles(of: target) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//") else { continue }
        let words = code.split { !$0.isLetter && !"(._".contains($0) }
        for call in ["print(", "exit("] {
          #expect(
            !words.contains { $0.hasPrefix(call) }, "\(file.lastPathComponent):\(number + 1)")
        }
      }
    }
  }
}
