internal import KeepsakeModel

/// Asks Git about a work tree.
enum GitProbe {
  /// The state of the work tree that holds `folder`; `nil` where there is none, or no Git.
  ///
  /// Blocks while Git runs, which takes seconds on very large work trees; gives up after ten.
  static func state(of folder: String) -> GitState? {
    func git(_ arguments: String...) -> String? {
      // Nothing here may ask for a password, page or take the index's lock.
      Subprocess.output(of: ["git", "--no-optional-locks", "-C", folder] + arguments)
    }
    // What is not tracked makes no run dirty: the repository's own folder often is not.
    let status = git("status", "--porcelain=v2", "--branch", "--untracked-files=no")
    guard let status else { return nil }
    var commit = ""
    var branch = ""
    var isDirty = false
    for line in status.split(separator: "\n") {
      if line.hasPrefix("# branch.oid ") {
        commit = String(line.dropFirst("# branch.oid ".count))
      } else if line.hasPrefix("# branch.head ") {
        branch = String(line.dropFirst("# branch.head ".count))
      } else if !line.hasPrefix("#") {
        isDirty = true
      }
    }
    guard !commit.isEmpty, commit != "(initial)" else { return nil }
    let remote = git("config", "--get", "remote.origin.url") ?? ""
    return GitState(
      commit: commit, branch: branch == "(detached)" ? "" : branch,
      remote: withoutCredentials(String(remote.prefix { $0 != "\n" })), isDirty: isDirty)
  }

  /// A URL without the user name and password in it: `https://token@host/x` → `https://host/x`.
  static func withoutCredentials(_ url: String) -> String {
    guard let scheme = url.range(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = authority.lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound]) + rest[rest.index(after: at)...]
  }
}

extension String {
  fileprivate func range(of word: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
      start = index(after: start)
    }
    return nil
  }
}
