import KeepsakeModel
import KeepsakeRepository
import Testing

@testable import KeepsakeCommands

@Suite struct `keepsake show` {
  @Test func `prints an experiment as 0 4 2 does without colours`() async throws {
    let bench = try await Bench(Experiment.several)
    try await bench.addSnapshot(.experiment(Experiment.several[2].id), ["train.py": "x"])
    for id in Experiment.several[2].checkpoints.ids {
      try await bench.addSnapshot(.checkpoint(id), ["weights": "x"])
    }
    let run = await bench.keepsake("show", "a1b2")
    #expect(
      run.output == """
        Experiment: \(digits("a1b2c3d"))

        Created:         Mon, 23 Nov 2026 18:38:34 UTC
        Status:          stopped
        Host:            
        User:            ada
        Command:         train.py --lr 0.01 'a b'
                         
        Params           
        flag:            true
        layers:          3
        learning_rate:   0.01
        list:            [1,2.5,"x"]
        name:            a quite long string that is over twenty chars
        nothing:         null
        obj:             {"a":"\\u003c\\u0026\\u003e","b":1}
        optimizer:       adam
        same:            1
                         
        System           
        Python version:  3.9.1
                         
        Python packages  
        joblib:          1.2
        numpy:           1.0
                         
        Checkpoints
        ID       STEP  CREATED      ACCURACY  LOSS            N
        1000001  0     3 hours ago  0.25      0.5             10
        1000002  1     3 hours ago  0.75      0.12346 (best)  20
        1000003  2     3 hours ago  0.5       0.3             30

        To see more details about a checkpoint, run:
          keepsake show <checkpoint ID>

        """)
  }

  @Test func `prints a checkpoint with its experiment and metrics`() async throws {
    let run = try await Bench(Experiment.several).keepsake("show", "1000005")
    #expect(
      run.output.hasPrefix(
        """
        Checkpoint: \(digits("1000005"))

        Created:         Sat, 21 Nov 2026 21:38:54 UTC
        Path:            
        Step:            100
                         
        Experiment       
        ID:              \(digits("b2c3d4e"))

        """))
    #expect(
      run.output.hasSuffix(
        """
        Metrics          
        b:               true
        big:             123456789012.5
        loss:            1e-7 (primary, minimize)
        o:               {"x":1}
        s:               a metric that is a string
        z:               null


        """))
  }

  @Test func `shows metrics that only some checkpoints have`() async throws {
    let run = try await Bench(Experiment.several).keepsake("show", "b2c3")
    #expect(
      run.output.contains(
        """
        ID       STEP  CREATED     ACCURACY  B     BIG         LOSS          O        S           Z
        1000004  0     2 days ago  1                           12346                              
        1000005  100   2 days ago            true  1.2346e+11  1e-07 (best)  {"x":1}  a metri...  null
        """))
  }

  @Test func `colours headings on a terminal only, and never with NO_COLOR`() async throws {
    let bench = try await Bench(Experiment.several)
    let bold = "\u{1B}[1mParams\u{1B}[0m"
    #expect(await bench.keepsake("show", "c3", columns: 80).output.contains(bold))
    #expect(await bench.keepsake("show", "c3", "--color").output.contains(bold))
    for argument in ["--no-color", "--color=false"] {
      #expect(await !bench.keepsake("show", "c3", argument, columns: 80).output.contains("\u{1B}"))
    }
    let plain = await bench.keepsake("show", "c3", columns: 80, environment: ["NO_COLOR": "1"])
    #expect(!plain.output.contains("\u{1B}"))
  }

  @Test func `tells how it ended, where it came from and its Git commit`() async throws {
    var experiment = Experiment("a", "2026-11-21T21:38:34Z")
    experiment.ending = Ending(
      outcome: .failed, time: Timestamp("2026-11-21T21:40:00Z")!, exitCode: 2)
    experiment.resumedFrom = Identifier(digits("b"))
    experiment.git = GitState(commit: "abc", branch: "main", remote: "", isDirty: true)
    let bench = try await Bench([experiment])
    _ = await bench.keepsake("note", "a", "-m", "worked\nwell")
    let output = await bench.keepsake("show", "a").output
    #expect(output.contains("Status:          failed (Sat, 21 Nov 2026 21:40:00 UTC, exit code 2)"))
    #expect(output.contains("Resumed from:    \(digits("b"))"))
    #expect(output.contains("Git commit:      abc (main, with changes)"))
    #expect(output.contains("Note:            worked\n"))
  }

  @Test func `says where files are pending or missing`() async throws {
    let bench = try await Bench(Experiment.several)
    #expect(await bench.keepsake("show", "a1b2").output.contains("Files:           files missing"))
    var running = Experiment("d", "2026-11-23T21:38:00Z")
    running.path = "src"
    running.heartbeat = Bench.now
    try await bench.add(running)
    #expect(await bench.keepsake("show", "d").output.contains("Files:           files pending"))
  }

  @Test func `says of an experiment where the files of its checkpoints are`() async throws {
    var experiment = Experiment.several[2]
    experiment.host = "gpu1"
    let bench = try await Bench([experiment])
    let ids = experiment.checkpoints.ids
    try bench.leave(.checkpoint(ids[0]), of: experiment.id, "first")
    try await bench.addSnapshot(.checkpoint(ids[1]), ["weights": "x"])
    let output = await bench.keepsake("show", "a1b2").output
    #expect(
      output.contains(
        """
        0.3             30

        The files of 1 of 3 checkpoints wait on this machine: `keepsake push` sends them
        The files of 1 of 3 checkpoints are missing

        To see more details
        """), "\(output)")
    experiment.heartbeat = Bench.now
    try await bench.add(experiment)
    let running = await bench.keepsake("show", "a1b2").output
    #expect(running.contains("\nThe files of 2 of 3 checkpoints are pending\n"))
  }

  @Test(arguments: [("gpu1", "s3", true), ("here", "s3", false), ("gpu1", "file", false)])
  func `names the machine where files for a bucket may wait`(
    host: String, scheme: String, isNamed: Bool
  ) async throws {
    var experiment = Experiment.several[2]
    experiment.host = host
    let bench = try await Bench([experiment])
    let hint = "missing: they may wait on gpu1, where `keepsake push` sends them\n"
    for id in ["a1b2", "1000001"] {
      let output = await bench.keepsake("show", id, repository: "\(scheme)://memory/a").output
      #expect(output.contains("Files:           files missing"))
      #expect(output.contains(hint) == isNamed, "\(output)")
    }
  }

  @Test func `prints the stored object with --json`() async throws {
    let run = try await Bench(Experiment.several).keepsake("show", "1000006", "--json")
    #expect(
      run.output == """
        {
          "id": "\(digits("1000006"))",
          "created": "2025-10-19T21:40:14Z",
          "metrics": {
            "loss": 1
          },
          "step": 7,
          "path": "",
          "primary_metric": null,
          "experiment": "\(digits("a1ffffe"))"
        }

        """)
  }

  @Test func `lists only well-known packages unless asked for all`() async throws {
    var experiment = Experiment("a", "2026-11-21T21:38:34Z")
    experiment.packages = [
      "a": "1", "b": "1", "c": "1", "d": "1", "numpy": "2", "torch": "3", "x": "1",
    ]
    let bench = try await Bench([experiment])
    #expect(
      await bench.keepsake("show", "a").output.contains(
        """
        Python packages  
        numpy:           2
        torch:           3
        ... and 5 more. Use --all to view.
          
        Checkpoints
        """))
    #expect(await bench.keepsake("show", "a", "--all").output.contains("x:               1\n"))
  }

  @Test(arguments: [
    ("zzz", "═══╡ Checkpoint/experiment not found: zzz\n"),
    (
      "a1",
      """
      ═══╡ Prefix is ambiguous: a1 (2 matching checkpoints/experiments)
         │ 
         │ It could be:
         │   experiment a1ffffe00000
         │   experiment a1b2c3d00000

      """
    ),
  ])
  func `refuses an id that stands for nothing or for several`(
    id: String, message: String
  ) async throws {
    let run = try await Bench(Experiment.several).keepsake("show", id)
    #expect(run.messages == message && run.output == "" && run.status == 1)
  }
}
