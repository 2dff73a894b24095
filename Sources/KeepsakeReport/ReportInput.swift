package import KeepsakeModel

/// A Markdown file that introduces the project on the first page.
package struct ProjectNote: Sendable, Hashable {
  /// The file's name, as warnings show it.
  package var fileName: String

  /// The text.
  package var markdown: String

  package init(fileName: String, markdown: String) {
    self.fileName = fileName
    self.markdown = markdown
  }
}

/// What a report shows.
package struct ReportInput: Sendable {
  /// The experiments, in any order.
  package var experiments: [Experiment]

  /// What could not be read, or was read but is wrong.
  package var problems: [Problem]

  /// Notes about experiments, as Markdown.
  package var notes: [ExperimentID: String]

  /// Notes about the project, in the order in which they are shown.
  package var projectNotes: [ProjectNote]

  /// Where saved files come from.
  package var snapshots: any SnapshotSource

  /// What to call the repository, without a path of this machine: `s3://bucket/iris`; empty to say
  /// nothing.
  package var repositoryLabel: String

  /// The moment that decides which heartbeats are fresh; it is shown nowhere.
  package var now: Timestamp

  package init(
    experiments: [Experiment], problems: [Problem] = [], notes: [ExperimentID: String] = [:],
    projectNotes: [ProjectNote] = [], snapshots: any SnapshotSource = EmptySnapshotSource(),
    repositoryLabel: String = "", now: Timestamp
  ) {
    self.experiments = experiments
    self.problems = problems
    self.notes = notes
    self.projectNotes = projectNotes
    self.snapshots = snapshots
    self.repositoryLabel = repositoryLabel
    self.now = now
  }
}
