import Foundation

/// Writes every file below `Templates` and `Site` of a package as a raw string literal.
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
    for path in try paths(below: root).sorted() {
      let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
      let fence = String(repeating: "#", count: longestFence(in: text) + 1)
      source += "    EmbeddedFile(path: \"\(path)\", text: \(fence)\"\"\"\n"
      source += text
      source += "\n\"\"\"\(fence)),\n"
    }
    source += "  ]\n}\n"
    try source.write(to: URL(filePath: CommandLine.arguments[2]), atomically: true, encoding: .utf8)
  }

  static func paths(below root: URL) throws -> [String] {
    try ["Templates", "Site"].flatMap { folder in
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
