internal import ArgumentParser
internal import Keepsake
internal import KeepsakeModel
internal import KeepsakeRepository

/// `keepsake note`
struct NoteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Show or write the Markdown note of an experiment",
    discussion: """
      Without an option, prints the note. `keepsake report` shows it on the experiment's page.
      """)

  @Argument(help: ArgumentHelp("Experiment ID, or its beginning", valueName: "id"))
  var id: String

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: "Write this text; an empty one removes the note")
  var message: String?

  @Option(
    name: [.customShort("F"), .long], help: "Write the content of this file; - is standard input",
    completion: .file())
  var file: String?

  @Flag(name: .shortAndLong, help: "Edit the note in $VISUAL or $EDITOR")
  var edit = false

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    if [message != nil, file != nil, edit].filter(\.self).count > 1 {
      throw ValidationError("only one of --message, --file and --edit can be given")
    }
  }

  func run() async throws {
    let session = Session.current
    let opened = try project.open(in: session)
    let experiments = try await opened.listing().experiments
    // A checkpoint's identifier means its experiment: notes belong to experiments.
    let experiment = experiments[try experiments.match(id).experiment].id
    let old = try await opened.repository.note(of: experiment)
    guard let new = try text(editing: old ?? "", of: experiment, in: session) else {
      guard let old else {
        session.console.info(
          "Experiment \(experiment.short) has no note. Write one with -m TEXT or --edit.")
        return
      }
      print(old, in: session)
      return
    }
    let note = Self.endingInNewline(new)
    if note == old ?? "" {
      session.console.info("The note of experiment \(experiment.short) stays as it is.")
      return
    }
    try await opened.repository.setNote(note.isEmpty ? nil : note, of: experiment)
    session.console.info(
      note.isEmpty
        ? "Removed the note of experiment \(experiment.short)."
        : "Wrote the note of experiment \(experiment.short).")
  }

  private func print(_ note: String, in session: Session) {
    let shown =
      session.output.isTerminal
      ? ControlCharacters.replaced(in: note, keepingNewlines: true, keepingTabs: true) : note
    session.output.write(shown.hasSuffix("\n") ? shown : shown + "\n")
  }

  /// The text to write; `nil` where there is nothing to write.
  private func text(
    editing old: String, of experiment: ExperimentID, in session: Session
  ) throws(CommandError) -> String? {
    if let message { return message }
    if let file { return try content(of: file, in: session) }
    guard edit else { return nil }
    return try Editor(session: session).edited(old, name: "note-\(experiment.short).md")
  }

  private func content(of file: String, in session: Session) throws(CommandError) -> String {
    file == "-"
      ? try FileText.decode(session.input.readAll(), shownAs: "standard input")
      : try FileText.read(
        RepositoryURL.absolutePath(file, in: session.workingDirectory), shownAs: file)
  }

  private static func endingInNewline(_ text: String) -> String {
    let isBlank = text.allSatisfy(\.isWhitespace)
    return isBlank ? "" : text.hasSuffix("\n") ? text : text + "\n"
  }
}
