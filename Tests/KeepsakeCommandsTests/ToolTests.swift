import Foundation
import KeepsakeModel
import Testing

@testable import KeepsakeCommands

@Suite struct `The command line` {
  @Test func `without arguments prints help`() async throws {
    let run = try await Bench().keepsake(repository: nil)
    #expect(run.status == 0 && run.output.contains("SUBCOMMANDS:"))
  }

  @Test func `suggests what an unknown command could mean`() async throws {
    let run = try await Bench().keepsake("remove", "x", repository: nil)
    #expect(
      run.messages == """
        ═══╡ unknown command "remove" for "keepsake"
           │ 
           │ Did you mean this?
           │ ␉rm

        """)
    #expect(run.status == 64)
  }

  @Test func `explains wrong options with the usage`() async throws {
    let run = try await Bench().keepsake("ls", "--nope")
    #expect(run.messages.contains("Usage: keepsake ls") && run.messages.contains("--nope"))
    #expect(run.output == "" && run.status == 64)
  }

  @Test func `without a project ends with 10 and says how to make one`() async throws {
    let bench = try await Bench()
    let run = await bench.keepsake("ls", "-D", bench.folder, repository: nil)
    #expect(run.status == 10)
    #expect(run.messages.hasPrefix("═══╡ keepsake.yaml not found in \(bench.folder)\n   │ \n"))
    #expect(run.messages.contains("keepsake init"))
  }

  @Test func `names stores that this build lacks`() async throws {
    let run = try await Bench().keepsake("ls", repository: "gs://bucket")
    #expect(run.status == 1 && run.messages.contains("no support for gs://"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `prints completions`(shell: String) async throws {
    let run = try await Bench().keepsake("completions", shell, repository: nil)
    #expect(run.status == 0 && run.output.contains("keepsake"))
  }

  @Test func `spells out flags of 0 4 2 and moves options behind the subcommand`() {
    let arguments = ["--color=false", "-D", "dir", "ls", "--quiet=false", "-q=true", "--sort=a=b"]
    #expect(
      ArgumentNormalizer.normalized(arguments) == [
        "ls", "--no-color", "-D", "dir", "-q", "--sort=a=b",
      ])
  }
}

@Suite struct `keepsake init` {
  @Test func `makes a project that the other commands find`() async throws {
    let bench = try await Bench()
    let run = await bench.keepsake("init", repository: nil)
    #expect(run.output == "Wrote \(bench.folder)/keepsake.yaml\n" && run.status == 0)
    let text = try String(contentsOfFile: "\(bench.folder)/keepsake.yaml", encoding: .utf8)
    #expect(text == "repository: \"file://.keepsake\"\n")
    let list = await bench.keepsake("ls", repository: nil)
    #expect(list.messages == "═══╡ No experiments found\n" && list.status == 0)
    #expect(await bench.keepsake("init", repository: nil).status == 1)
  }

  @Test func `refuses a repository that cannot be opened`() async throws {
    let bench = try await Bench()
    #expect(await bench.keepsake("init", "-R", "ftp://x", repository: nil).status == 1)
    #expect(!FileManager.default.fileExists(atPath: "\(bench.folder)/keepsake.yaml"))
  }
}

@Suite struct `keepsake note` {
  @Test func `shows, writes and removes a note`() async throws {
    let bench = try await Bench(Experiment.several)
    #expect(await bench.keepsake("note", "c3").messages.contains("has no note"))
    _ = await bench.keepsake("note", "c3", "-m", "-1 is *good*")
    #expect(await bench.keepsake("note", "c3").output == "-1 is *good*\n")
    _ = await bench.keepsake("note", "c3", "--file", "-", input: ["from", "stdin"])
    #expect(await bench.keepsake("note", "c3").output == "from\nstdin\n")
    _ = await bench.keepsake("note", "c3", "-m", "")
    #expect(await bench.keepsake("note", "c3").output == "")
  }

  @Test func `opens an editor`() async throws {
    let bench = try await Bench(Experiment.several)
    let editor = ["EDITOR": "printf 'edited\\n' >"]
    #expect(await bench.keepsake("note", "c3", "--edit", environment: editor).status == 0)
    #expect(await bench.keepsake("note", "c3").output == "edited\n")
  }
}
