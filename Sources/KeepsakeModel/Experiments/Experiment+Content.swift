// Every stored property takes part; a test compares the lists of their names.

extension ContentBytes {
  /// Adds an experiment with its checkpoints.
  ///
  /// - Parameter appendPackages: adds the packages, which many experiments share.
  package mutating func append(
    _ experiment: Experiment,
    packages appendPackages: (inout Self, NamedValues) -> Void = { $0.append($1) }
  ) {
    append(experiment.id.bits)
    append(experiment.created.nanoseconds)
    append(experiment.params)
    append(experiment.host)
    append(experiment.user)
    append(experiment.repositoryURL)
    append(experiment.command)
    append(experiment.path)
    append(experiment.pythonVersion)
    appendPackages(&self, experiment.packages)
    append(experiment.keepsakeVersion)
    append(experiment.git) { bytes, git in
      bytes.append(git.commit)
      bytes.append(git.branch)
      bytes.append(git.remote)
      bytes.append(git.isDirty)
    }
    append(experiment.ending) { bytes, ending in
      bytes.append(ending.outcome.rawValue)
      bytes.append(ending.time.nanoseconds)
      bytes.append(ending.exitCode) { $0.append($1) }
    }
    append(experiment.resumedFrom) { $0.append($1) }
    append(experiment.heartbeat) { $0.append($1.nanoseconds) }
    experiment.checkpoints.appendContent(to: &self)
    append(experiment.unknownMembers)
  }

  /// Adds a list of files.
  package mutating func append(_ index: FileIndex) {
    append(index.files) { bytes, file in
      bytes.append(file.path)
      bytes.append(file.byteCount)
      bytes.append(file.mode)
      bytes.append(file.digest) { $0.append($1.bits) }
      bytes.append(file.linkTarget) { $0.append($1) }
    }
  }
}

extension CheckpointTable {
  fileprivate func appendContent(to bytes: inout ContentBytes) {
    bytes.append(memoryOf: ids)
    bytes.append(memoryOf: created)
    bytes.append(memoryOf: steps)
    bytes.append(columns) { bytes, column in column.appendContent(to: &bytes) }
    paths.appendContent(to: &bytes) { $0.append($1) }
    primaryMetrics.appendContent(to: &bytes) { bytes, metric in
      bytes.append(metric) { $0.append($1) }
    }
    bytes.append(unknownMembers.sorted { $0.key < $1.key }) { bytes, members in
      bytes.append(members.key)
      bytes.append(members.value)
    }
  }
}

extension MetricColumn {
  fileprivate func appendContent(to bytes: inout ContentBytes) {
    bytes.append(name)
    bytes.append(firstRow)
    bytes.append(memoryOf: numbers)
    bytes.append(memoryOf: kinds)
    bytes.append(others.sorted { $0.key < $1.key }) { bytes, other in
      bytes.append(other.key)
      bytes.append(other.value)
    }
  }
}

extension Interned {
  fileprivate func appendContent(
    to bytes: inout ContentBytes, _ appendValue: (inout ContentBytes, Value) -> Void
  ) {
    bytes.append(values, appendValue)
    // Of one value, the number of rows says all.
    if values.count > 1 { bytes.append(memoryOf: rows) } else { bytes.append(rows.count) }
  }
}
