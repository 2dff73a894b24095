internal import FoundationEssentials

/// Files with the output that a test expects, in the folder `Golden` of its target.
///
/// A file that does not exist is recorded, which fails the test: look at it, then run again. To
/// accept a change, delete the file.
public struct Golden: Sendable {
  private let folder: URL

  /// The golden files of the test target that `testFile` belongs to: `Tests/<target>/…`.
  public init(testFile: String = #filePath) {
    var folder = URL(filePath: testFile).deletingLastPathComponent()
    while folder.deletingLastPathComponent().lastPathComponent != "Tests" {
      folder.deleteLastPathComponent()
    }
    self.folder = folder.appending(path: "Golden")
  }

  /// What is wrong with `output`; `nil` when it is exactly what the file `name` holds.
  public func mismatch(of output: String, with name: String) throws -> String? {
    let file = folder.appending(path: name)
    guard FileManager.default.fileExists(atPath: file.path) else {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(output.utf8).write(to: file)
      return "recorded Golden/\(name); look at it and run again"
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    if expected == output { return nil }
    let lines = (
      expected: expected.split(separator: "\n", omittingEmptySubsequences: false),
      actual: output.split(separator: "\n", omittingEmptySubsequences: false)
    )
    for (number, pair) in zip(lines.expected, lines.actual).enumerated() where pair.0 != pair.1 {
      return "Golden/\(name):\(number + 1) is\n\(pair.0)\nbut now it would be\n\(pair.1)"
    }
    return "Golden/\(name) has \(lines.expected.count) lines, now \(lines.actual.count)"
  }
}
