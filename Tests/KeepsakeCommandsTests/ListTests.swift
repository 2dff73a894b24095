import KeepsakeModel
import KeepsakeStores
import Testing

@testable import KeepsakeCommands

@Suite struct `keepsake ls` {
  @Test func `prints the table of 0 4 2 into a pipe`() async throws {
    let run = try await Bench(Experiment.several).keepsake("ls")
    #expect(
      run.output == """
        EXPERIMENT  STARTED         STATUS   HOST  USER   PARAMS                     BEST CHECKPOINT     LATEST CHECKPOINT
        a1ffffe     2025-10-19      stopped        ada    layers=3                                       1000006 (step 7)
                                                          learning_rate=0.1                              loss=1
                                                          optimizer=adam                                 
                                                                                                         
        b2c3d4e     2 days ago      stopped  gpu1  grace  flag=false                 1000005 (step 100)  1000005 (step 100)
                                                          layers=10                  loss=1e-07          loss=1e-07
                                                          learning_rate=0.001                            
                                                          name=short                                     
                                                          optimizer=sgd                                  
                                                                                                         
        a1b2c3d     3 hours ago     stopped        ada    flag=true                  1000002 (step 1)    1000003 (step 2)
                                                          layers=3                   loss=0.12346        loss=0.3
                                                          learning_rate=0.01                             
                                                          name=a quite long stri...                      
                                                          optimizer=adam                                 
                                                                                                         
        c3d4e5f     41 seconds ago  running        ada                                                   
                                                                                                         

        """)
    #expect(run.messages.isEmpty && run.status == 0)
  }

  @Test func `prints all params and metrics with --all`() async throws {
    let run = try await Bench(Experiment.several).keepsake("ls", "--all")
    let line = "name=a quite long stri...  n=20                    n=30"
    #expect(run.output.contains(line))
    #expect(run.output.contains("o={\"x\":1}               o={\"x\":1}"))
    #expect(run.output.contains("nothing=null"))
    #expect(!run.output.contains("obj="))
  }

  @Test func `fits a narrow terminal by shortening cells`() async throws {
    let run = try await Bench(Experiment.several).keepsake("ls", columns: 90)
    let lines = run.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 90 })
    #expect(run.output.contains("…"))
  }

  @Test func `prints full ids with --quiet, also as 0 4 2's flags are spelled`() async throws {
    let bench = try await Bench(Experiment.several)
    let ids = Experiment.several.map { "\($0.id)\n" }.joined()
    #expect(await bench.keepsake("ls", "-q").output == ids)
    #expect(await bench.keepsake("list", "--quiet=false", "-q=true").output == ids)
    #expect(await bench.keepsake("-v", "ls", "-q").output == ids)
  }

  @Test(arguments: ["--json", "--all", "--csv"])
  func `refuses --quiet together with another format`(flag: String) async throws {
    let run = try await Bench().keepsake("ls", "-q", flag)
    #expect(
      run.messages == "═══╡ Cannot use the --quiet flag in combination with \(flag)\n")
    #expect(run.status == 64)
  }

  @Test func `filters and sorts`() async throws {
    let bench = try await Bench(Experiment.several)
    let run = await bench.keepsake(
      "ls", "-q", "-f", "layers >= 3", "--filter=step < 50", "-s", "learning_rate")
    #expect(run.output == "\(digits("a1b2c3d"))\n\(digits("a1ffffe"))\n")
    let deprecated = await bench.keepsake("ls", "-q", "-f", "started > 2026-11-22", "-f", "")
    #expect(deprecated.output == "\(digits("a1b2c3d"))\n\(digits("c3d4e5f"))\n")
    #expect(deprecated.messages.contains("'started' is deprecated"))
  }

  @Test func `explains a filter that it cannot read`() async throws {
    let run = try await Bench().keepsake("ls", "-f", "optimizer == adam")
    #expect(run.messages.hasPrefix("═══╡ Failed to parse filter: \"optimizer == adam\".\n   │ \n"))
    #expect(run.messages.contains("   │   \"=\" (equal),\n"))
    #expect(run.status == 64)
  }

  @Test func `prints 0 4 2's JSON with our members at the end`() async throws {
    let run = try await Bench(Experiment.several).keepsake("ls", "--json", "-f", "user = grace")
    #expect(
      run.output == """
        [
          {
            "id": "\(digits("b2c3d4e"))",
            "created": "2026-11-21T21:38:34Z",
            "params": {
              "flag": false,
              "layers": 10,
              "learning_rate": 0.001,
              "list": [
                1
              ],
              "name": "short",
              "obj": {
                "c": 1
              },
              "optimizer": "sgd",
              "same": 1
            },
            "command": "train.py",
            "num_checkpoints": 2,
            "latest_checkpoint": \(checkpoint),
            "best_checkpoint": \(checkpoint),
            "user": "grace",
            "host": "gpu1",
            "running": false,
            "status": "stopped"
          }
        ]

        """)
  }

  private var checkpoint: String {
    """
    {
          "id": "\(digits("1000005"))",
          "created": "2026-11-21T21:38:54Z",
          "metrics": {
            "b": true,
            "big": 123456789012.5,
            "loss": 1e-7,
            "o": {
              "x": 1
            },
            "s": "a metric that is a string",
            "z": null
          },
          "step": 100,
          "path": "",
          "primary_metric": {
            "name": "loss",
            "goal": "minimize"
          }
        }
    """
  }

  @Test func `prints CSV with a column for each param and metric`() async throws {
    var experiment = Experiment("a", "2026-11-21T21:38:34Z", ["lr": 0.1, "name": "a,\"b\"\nc"])
    experiment.add("b", after: 1, step: 3, ["loss": 0.5])
    let run = try await Bench([experiment]).keepsake("ls", "--csv")
    #expect(
      run.output == """
        id,created,status,host,user,command,git_commit,ended,num_checkpoints,params.lr,params.name,best.id,best.step,best.loss,latest.id,latest.step,latest.loss
        \(digits("a")),2026-11-21T21:38:34Z,stopped,,ada,train.py,,,1,0.1,"a,""b""\nc",\(digits("b")),3,0.5,\(digits("b")),3,0.5

        """)
  }

  @Test func `of nothing says so`() async throws {
    let bench = try await Bench()
    let run = await bench.keepsake("ls")
    #expect(run.output == "" && run.messages == "═══╡ No experiments found\n" && run.status == 0)
    #expect(await bench.keepsake("ls", "--json").output == "[]\n")
  }

  @Test func `names what cannot be read and lists the rest`() async throws {
    let bench = try await Bench(Experiment.several)
    try await bench.store.put(
      Array("{\"id\": ".utf8), at: "metadata/experiments/\(digits("f")).json")
    let run = await bench.keepsake("ls", "-q")
    #expect(run.output.split(separator: "\n").count == 4)
    #expect(
      run.messages.hasPrefix(
        "═══╡ Failed to load metadata from \"metadata/experiments/\(digits("f")).json\": "))
    #expect(run.status == 0)
  }

  @Test func `makes control characters visible`() async throws {
    var experiment = Experiment("a", "2026-11-21T21:38:34Z")
    experiment.user = "x"
    let other = Experiment("b", "2026-11-21T21:38:34Z", ["evil": "\u{1B}[31m\na\tb"])
    let run = try await Bench([experiment, other]).keepsake("ls", "--all", columns: 100)
    #expect(!run.output.unicodeScalars.contains("\u{1B}"))
    #expect(run.output.contains("evil=␛[31m␊a␉b"))
  }
}

@Suite struct `keepsake ps` {
  @Test func `lists only what runs, whatever status is asked for`() async throws {
    let bench = try await Bench(Experiment.several)
    #expect(
      await bench.keepsake("ps").output == """
        EXPERIMENT  STARTED         STATUS   PARAMS  LATEST CHECKPOINT
        c3d4e5f     41 seconds ago  running          
                                                     

        """)
    let run = await bench.keepsake("processes", "-q", "-f", "status = stopped")
    #expect(run.output == "\(digits("c3d4e5f"))\n")
  }
}
