/// Which files a snapshot leaves out: git's rules in `.keepsakeignore`, and some folders always.
///
/// The file lies beside `keepsake.yaml` (an older name is `.replicateignore`) and has the syntax
/// and the meaning of a `.gitignore` there: the last matching line decides, and nothing inside an
/// ignored folder can be brought back. `.gitignore` itself is not consulted.
package struct IgnoreRules: Sendable {
  /// The names of the rules file, the newest first.
  package static let fileNames = [".keepsakeignore", ".replicateignore"]

  /// The names of folders that are never stored.
  package static let builtInFolders = [".keepsake", ".replicate", ".git", ".mypy_cache"]

  /// A folder that holds a file of this name is a Python environment and never stored.
  package static let environmentMarker = "pyvenv.cfg"

  private static let builtIn = Set(builtInFolders.map { Array($0.utf8) })

  private var patterns: [IgnorePattern] = []

  /// The built-in rules and those of a rules file's content.
  package init(_ content: [UInt8] = []) {
    var content = content[...]
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    for line in content.split(separator: UInt8(ascii: "\n")) {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if let pattern = IgnorePattern(line: line) { patterns.append(pattern) }
    }
  }

  /// Reads the rules of the project at `project`; just the built-in ones when it has no rules file.
  package static func load(project: String) throws(SnapshotError) -> IgnoreRules {
    for name in fileNames {
      do {
        return IgnoreRules(try WholeFile.read("\(project)/\(name)", limit: 1 << 24))
      } catch {
        guard error.isMissing else {
          throw SnapshotError(
            error, what: "cannot read the ignore rules in \(project)/\(name)",
            fix: "Make it a readable text file, or remove it.")
        }
      }
    }
    return IgnoreRules()
  }

  /// Whether the file or folder at `path`, relative to the project, or any folder above it is left
  /// out. Python environments are found by `FileWalk`, which sees what a folder holds.
  package func ignores(_ path: some StringProtocol, isFolder: Bool) -> Bool {
    ignores(Array(path.utf8), isFolder: isFolder)
  }

  func ignores(_ path: [UInt8], isFolder: Bool) -> Bool {
    for index in path.indices where path[index] == UInt8(ascii: "/") {
      if ignoresItself(path[..<index], isFolder: true) { return true }
    }
    return ignoresItself(path[...], isFolder: isFolder)
  }

  /// As `ignores`, for a path whose folders are known not to be ignored.
  func ignoresItself(_ path: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
    if isFolder {
      let name = path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
      if Self.builtIn.contains(Array(name)) { return true }
    }
    return patterns.last { $0.matches(path, isFolder: isFolder) }.map { !$0.isNegated } ?? false
  }
}
