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

  /// Where a site goes; paths are absolute.
  enum Destination: Sendable {
    case folder(String)
    case file(String)
  }

  /// A single file of more bytes than this is slow to open.
  private static let largeFile = 5_000_000

  /// Writes the site and says what was done.
  func write(_ listing: Listing, to destination: Destination) async throws {
    let (notes, noteProblems) = try await opened.repository.notes()
    let url = opened.project.repositoryURL
    let input = ReportInput(
      experiments: listing.experiments, problems: listing.problems + noteProblems, notes: notes,
      projectNotes: try projectNotes(),
      snapshots: RepositorySnapshots(
        repository: opened.repository, cache: FileListCache(environment: session.environment)),
      repositoryLabel: url.scheme == .file ? "" : "\(url)", now: now)
    let report = try Report(input: input, options: options)
    let summary = try await session.withProgress("Writing the report") {
      switch destination {
      case .folder(let path): try await report.write(to: path)
      case .file(let path): try await report.write(toFile: path)
      }
    }
    for warning in summary.warnings {
      session.console.warning("\(warning.place): \(warning.reason)")
    }
    if let withheld = WithheldText(summary.withheld).text { session.console.info(withheld) }
    let size = ByteText.text(Int64(summary.byteCount))
    let count = summary.experimentCount
    let experiments = "\(count) \(count == 1 ? "experiment" : "experiments")"
    switch destination {
    case .folder(let path):
      session.print("\(path)/index.html")
      session.console.info(
        """
        Wrote a report of \(experiments): \(summary.fileCount) files, \(size), of which \
        \(summary.writtenCount) are new or changed.
        """)
    case .file(let path):
      session.print(path)
      session.console.info(
        "Wrote a report of \(experiments) in one file of \(size).")
      if summary.byteCount > Self.largeFile {
        session.console.warning(
          "A file of \(size) is slow to open. --details and --filter make it smaller.")
      }
    }
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
