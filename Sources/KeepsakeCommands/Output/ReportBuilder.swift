internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeReport
internal import KeepsakeRepository

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Makes the site of a project.
struct ReportBuilder {
  let opened: OpenProject
  var options = ReportOptions()

  /// Markdown files about the project; `nil` for `notes/*.md`.
  var noteFiles: [String]?

  private var session: Session { opened.session }

  /// The present moment, or the one that reproducible builds set.
  private var now: Timestamp {
    session.environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) }
      .map { Timestamp(nanoseconds: $0 &* 1_000_000_000) } ?? session.queryContext.now
  }

  /// Writes the site into `folder`, an absolute path, and says what was done.
  func write(_ listing: Listing, to folder: String) async throws {
    let (notes, noteProblems) = try await opened.repository.notes()
    let url = opened.project.repositoryURL
    let input = ReportInput(
      experiments: listing.experiments, problems: listing.problems + noteProblems, notes: notes,
      projectNotes: try projectNotes(),
      snapshots: try await snapshots(),
      repositoryLabel: url.scheme == .file ? "" : "\(url)", now: now)
    let report = try Report(input: input, options: options)
    let summary = try await session.withProgress("Writing the report") {
      try await report.write(to: folder)
    }
    for warning in summary.warnings {
      session.console.warning("\(warning.place): \(warning.reason)")
    }
    if let withheld = WithheldText(summary.withheld).text { session.console.info(withheld) }
    session.print("\(folder)/index.html")
    session.console.info(
      """
      Wrote a report of \(summary.experimentCount) experiments: \(summary.fileCount) files, \
      \(ByteText.text(Int64(summary.byteCount))), of which \(summary.writtenCount) are new or \
      changed.
      """)
  }

  private func snapshots() async throws -> any SnapshotSource {
    let repository = opened.repository
    if opened.project.repositoryURL.scheme == .file {
      return RepositorySnapshots(repository: repository)
    }
    return try await RemoteSnapshots(repository)
  }

  private func projectNotes() throws(CommandError) -> [ProjectNote] {
    var notes: [ProjectNote] = []
    for file in noteFiles ?? defaultNoteFiles {
      let path = RepositoryURL.absolutePath(file, in: session.workingDirectory)
      notes.append(
        ProjectNote(
          fileName: file.split(separator: "/").last.map(String.init) ?? file,
          markdown: try FileText.read(path, shownAs: file)))
    }
    return notes
  }

  private var defaultNoteFiles: [String] {
    let folder = "\(opened.project.directory)/notes"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".md") && !$0.hasPrefix(".") }
      .sorted { $0.utf8Precedes($1) }.map { "\(folder)/\($0)" }
  }
}
