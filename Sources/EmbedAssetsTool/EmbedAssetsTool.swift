import Foundation

/// Writes every file below `Templates` and `Site` of a package as a raw string literal, and a digest
/// of the sources that make pages.
///
/// Arguments: the package's root, the Swift file to write.
@main
struct EmbedAssetsTool {
  static func main() throws {
    let root = URL(filePath: CommandLine.arguments[1], directoryHint: .isDirectory)
    var source = """
      extension EmbeddedFile {
        /// Every embedded file, sorted by path.
        package static let all: [EmbeddedFile] = [

      """
    for path in try paths(below: root, in: ["Templates", "Site"]).sorted() {
      let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
      let fence = String(repeating: "#", count: longestFence(in: text) + 1)
      source += "    EmbeddedFile(path: \"\(path)\", text: \(fence)\"\"\"\n"
      source += text
      source += "\n\"\"\"\(fence)),\n"
    }
    source += "  ]\n\n  /// Differs between versions of the code that makes pages.\n"
    source += "  package static let sourceDigest = \"\(try sourceDigest(of: root))\"\n}\n"
    try source.write(to: URL(filePath: CommandLine.arguments[2]), atomically: true, encoding: .utf8)
  }

  /// A digest (FNV-1a) of the code that makes pages, and of the versions of the libraries it uses.
  static func sourceDigest(of root: URL) throws -> String {
    let folders = ["KeepsakeModel", "KeepsakeDigest", "KeepsakeReport"].map { "Sources/\($0)" }
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for path in try ["Package.swift"] + paths(below: root, in: folders).sorted() {
      for byte in try path.utf8 + [0] + Data(contentsOf: root.appending(path: path)) + [0] {
        digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    return String(digest, radix: 16)
  }

  static func paths(below root: URL, in folders: [String]) throws -> [String] {
    try folders.flatMap { folder in
      try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path())
        .filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
        .map { "\(folder)/\($0)" }
        .filter { path in
          try root.appending(path: path).resourceValues(forKeys: [.isRegularFileKey])
            .isRegularFile == true
        }
    }
  }

  /// The longest run of `#` that follows a quote or a backslash in `text`.
  static func longestFence(in text: String) -> Int {
    var longest = 0
    var current: Int?
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        current = 0
      } else if byte == UInt8(ascii: "#"), let run = current {
        current = run + 1
        longest = max(longest, run + 1)
      } else {
        current = nil
      }
    }
    return longest
  }
}
