import KeepsakeModel
import KeepsakeTestSupport
import Testing

@testable import Keepsake

@Suite struct `A command that tells about the environment` {
  @Test func `gives back what it prints`() {
    #expect(Subprocess.output(of: ["printf", "one\ntwo"]) == "one\ntwo")
    let long = Subprocess.output(of: ["head", "-c", "300000", "/dev/zero"])
    #expect(long?.utf8.count == 300_000)
  }

  @Test(arguments: [["false"], ["/nonexistent/program"], ["sh", "-c", "kill -9 $$"]])
  func `gives back nothing where it fails`(words: [String]) {
    #expect(Subprocess.output(of: words) == nil)
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [["sleep", "600"], ["sh", "-c", "exec >&-; exec sleep 600"], ["yes"]])
  func `is given up when it takes too long`(words: [String]) {
    #expect(Subprocess.output(of: words, limit: .milliseconds(50)) == nil)
  }

  @Test func `is given up while a child that it left keeps its output open`() {
    #expect(Subprocess.output(of: ["sh", "-c", "sleep 1 &"], limit: .milliseconds(50)) == nil)
  }
}

@Suite struct `The state of a Git work tree` {
  @Test func `is dirty by changes to tracked files, not by new ones`() throws {
    let folder = TemporaryFolder()
    try folder.write("1", to: "tracked")
    func git(_ words: String...) {
      let output = Subprocess.output(
        of: ["git", "-C", folder.path, "-c", "user.name=a", "-c", "user.email=a@b"] + words)
      #expect(output != nil, "git \(words)")
    }
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    try folder.write("x", to: ".keepsake/repository.json")
    let clean = try #require(GitProbe.state(of: folder.path))
    #expect(!clean.isDirty)
    #expect(clean.branch == "main")
    try folder.write("2", to: "tracked")
    #expect(GitProbe.state(of: folder.path)?.isDirty == true)
  }
}
