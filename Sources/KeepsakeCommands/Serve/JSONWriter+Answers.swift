internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository
internal import KeepsakeWire

extension JSONWriter {
  /// Writes the member `experiment`: what is stored, and the status.
  mutating func experiment(_ experiment: Experiment, now: Timestamp) {
    stored(experiment, now: now) { writer in
      writer.name("checkpoints")
      writer.array { writer in
        for checkpoint in experiment.checkpoints {
          writer.element()
          checkpoint.encode(to: &writer)
        }
      }
    }
  }

  /// Writes the member `experiment` with the best and the latest checkpoint alone.
  mutating func summary(of experiment: Experiment, now: Timestamp) {
    stored(experiment, now: now) { writer in
      writer.name("num_checkpoints")
      writer.integer(Int64(experiment.checkpoints.count))
      let known = [
        ("latest_checkpoint", experiment.latest), ("best_checkpoint", experiment.best),
      ]
      for (name, checkpoint) in known {
        writer.name(name)
        if let checkpoint { checkpoint.encode(to: &writer) } else { writer.null() }
      }
    }
  }

  private mutating func stored(
    _ experiment: Experiment, now: Timestamp, checkpoints: (inout JSONWriter) -> Void
  ) {
    name("experiment")
    object { writer in
      ExperimentEncoder.write(experiment, to: &writer, checkpoints: checkpoints)
      writer.text("status", experiment.status(at: now).rawValue)
    }
  }

  /// Writes a member with a count.
  mutating func count(_ name: String, _ count: Int) {
    self.name(name)
    integer(Int64(count))
  }

  /// Writes the member `withheld`.
  mutating func withheld(_ withheld: [Withholding]) {
    name("withheld")
    array { writer in
      for item in withheld {
        writer.element()
        writer.object { writer in
          writer.text("place", item.place)
          writer.identifier("experiment", item.experiment?.bits)
          writer.count("count", item.count)
        }
      }
    }
  }

  /// Writes the member `problems`.
  mutating func problems(_ problems: [Problem]) {
    name("problems")
    array { writer in
      for problem in problems {
        writer.element()
        writer.object { writer in
          writer.text("place", problem.place)
          writer.text("reason", problem.reason)
          writer.name("harmless")
          writer.bool(problem.isHarmless)
        }
      }
    }
  }
}
