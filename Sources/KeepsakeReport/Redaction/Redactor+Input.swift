internal import KeepsakeModel

extension Redactor {
  /// Replaces the secrets of all that a report shows; saved files when they are read.
  mutating func redact(_ input: inout ReportInput) -> RedactedSnapshots {
    // In an order that does not depend on how they were read, as names are numbered.
    let order = input.experiments.indices.sorted {
      input.experiments[$0].id < input.experiments[$1].id
    }
    for index in order { redact(&input.experiments[index]) }
    for id in input.notes.keys.sorted() {
      experiment = id
      guard let note = input.notes[id],
        let new = redacted(note, "note", style: .prose)
      else { continue }
      input.notes[id] = new
    }
    experiment = nil
    for index in input.projectNotes.indices {
      let name = input.projectNotes[index].fileName
      redact(&input.projectNotes[index].markdown, name, style: .prose)
      redact(&input.projectNotes[index].fileName, "names of notes")
    }
    for index in input.problems.indices {
      experiment = input.problems[index].experiment
      redact(&input.problems[index].place, "names of damaged files")
      redact(&input.problems[index].reason, "problems")
    }
    experiment = nil
    redact(&input.repositoryLabel, "the repository's URL")
    let snapshots = RedactedSnapshots(input.snapshots)
    input.snapshots = snapshots
    return snapshots
  }

  /// Replaces the secrets of choices that name something.
  mutating func redact(_ options: inout ReportOptions) {
    experiment = nil
    redact(&options.title, "title")
    if let metric = options.metric, let alias = alias(of: metric, "metric names") {
      options.metric = alias
    }
  }

  private mutating func redact(_ experiment: inout Experiment) {
    self.experiment = experiment.id
    redact(&experiment.params, "param")
    redactCompared(&experiment.command, "command", style: .command)
    redact(&experiment.repositoryURL, "repository URL")
    redact(&experiment.path, "saved path")
    redactCompared(&experiment.host, "host")
    redact(&experiment.user, "user")
    redactCompared(&experiment.pythonVersion, "Python version")
    redact(&experiment.keepsakeVersion, "Keepsake version")
    redactVersions(&experiment.packages)
    if var git = experiment.git {
      redactCompared(&git.branch, "git branch")
      redactCompared(&git.remote, "git remote")
      experiment.git = git
    }
    if !experiment.unknownMembers.isEmpty { redact(&experiment.unknownMembers, "field") }
    experiment.checkpoints.replaceTexts(
      name: { alias(of: $0, "metric names") },
      value: { name, value in
        redacted(value, named: name, "metric").map { distinct($0, of: value, "metric \(name)") }
      },
      path: { redacted($0, "saved path") },
      members: { members in
        redact(&members, "field")
      })
  }

  /// Versions are scanned, names are not judged: `secrets` and `passwords` are packages.
  private mutating func redactVersions(_ packages: inout NamedValues) {
    // Mostly those of the experiment before, in the same memory.
    if packages == harmlessPackages { return }
    var result: [JSONMember]?
    for (index, member) in packages.enumerated() {
      guard case .string(let version) = member.value,
        let new = redacted(version, "package \(member.name)")
      else { continue }
      if result == nil { result = Array(packages) }
      result?[index].value = distinct(
        .string(new), of: member.value, "package \(member.name)")
    }
    if let result { packages = NamedValues(result) } else { harmlessPackages = packages }
  }
}
