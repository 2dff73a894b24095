import KeepsakeModel
import KeepsakeRepository
import Testing

@testable import KeepsakeCommands

@Suite struct `keepsake diff` {
  @Test func `prints the table of 0 4 2`() async throws {
    let run = try await Bench(Experiment.several).keepsake("diff", "a1ff", "1000001")
    #expect(
      run.output == """
        Experiment                                               
        ID:                       a1ffffe                        a1b2c3d
        Command:                  train.py                       train.py --lr 0.01 'a b'
        Created:                  Sun, 19 Oct 2025 21:38:34 UTC  Mon, 23 Nov 2026 18:38:34 UTC
                                                                 
        Params                                                   
        flag:                     (not set)                      true
        learning_rate:            0.1                            0.01
        list:                     (not set)                      [1,2.5,"x"]
        name:                     (not set)                      a quite long string that is over twenty chars
        nothing:                  (not set)                      null
        obj:                      (not set)                      {"a":"\\u003c\\u0026\\u003e","b":1}
                                                                 
        Python Packages                                          
        joblib:                   (not set)                      1.2
        numpy:                    (not set)                      1.0
                                                                 
        Checkpoint                                               
        ID:                       1000006                        1000001
        Created:                  Sun, 19 Oct 2025 21:40:14 UTC  Mon, 23 Nov 2026 18:39:34 UTC
        Path:                                                    weights
        Step:                     7                              0
                                                                 
        Metrics                                                  
        accuracy:                 (not set)                      0.25
        loss:                     1                              0.5
        n:                        (not set)                      10
                                                                 

        """)
    #expect(
      run.messages == "═══╡ \"a1ff\" is an experiment, picking the latest checkpoint\n")
  }

  @Test func `of the same checkpoint shows no difference`() async throws {
    let run = try await Bench(Experiment.several).keepsake("diff", "1000001", "1000001")
    #expect(
      run.output.hasPrefix(
        """
        Experiment                                          
        ID:                       a1b2c3d                   a1b2c3d
                                                            
        Params                                              
        (no difference)                                     

        """))
  }

  @Test func `takes more than two`() async throws {
    let run = try await Bench(Experiment.several).keepsake("diff", "b2", "1000001", "1000002")
    let loss = run.output.split(separator: "\n").first { $0.hasPrefix("loss:") }
    #expect(
      loss?.split(separator: " ", omittingEmptySubsequences: true)
        == ["loss:", "1e-7", "0.5", "0.123456789"])
  }

  @Test func `prints JSON with a list of values for each name`() async throws {
    let run = try await Bench(Experiment.several)
      .keepsake("diff", "1000001", "1000002", "--json")
    #expect(run.output.contains("\"loss\": [\n      0.5,\n      0.123456789\n    ]"))
    #expect(run.output.contains("\"params\": {}"))
  }

  @Test func `needs checkpoints`() async throws {
    let run = try await Bench(Experiment.several).keepsake("diff", "a1b2", "c3d4")
    #expect(
      run.messages.contains(
        "Could not pick best checkpoint for experiment \"c3d4e5f\": it does not have any checkpoints."
      ))
    #expect(run.status == 1)
  }

  @Test func `needs two ids`() async throws {
    let run = try await Bench().keepsake("diff", "a")
    #expect(run.status == 64 && run.messages.contains("Usage: keepsake diff"))
  }

  @Test func `shows how text files differ with --files`() async throws {
    var one = Experiment("a", "2026-11-21T21:38:34Z")
    var two = Experiment("b", "2026-11-22T21:38:34Z")
    (one.path, two.path) = (".", ".")
    two.add("c", after: 1, step: 0, path: "weights", ["loss": 1])
    let bench = try await Bench([one, two])
    try await bench.addSnapshot(
      .experiment(one.id), ["train.py": "a\nb\n", "same": "x", "blob": "\u{0}1"])
    try await bench.addSnapshot(
      .experiment(two.id), ["train.py": "a\nc\n", "same": "x", "blob": "\u{0}2", "weights/w": "0"])
    try await bench.addSnapshot(.checkpoint(two.checkpoints.ids[0]), ["weights/w": "1"])
    let run = await bench.keepsake("diff", "--files", "a", "b")
    #expect(
      run.output == """
        Binary files a000000/blob and b000000/blob differ (2 B, 2 B)
        --- a000000/train.py
        +++ b000000/train.py
        @@ -1,2 +1,2 @@
         a
        -b
        +c
        --- /dev/null
        +++ b000000/weights/w
        @@ -0,0 +1 @@
        +1
        \\ No newline at end of file

        """)
    #expect(run.status == 0)
  }
}
