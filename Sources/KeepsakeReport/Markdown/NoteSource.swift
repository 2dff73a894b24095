internal import KeepsakeModel

/// A note to be compiled.
struct NoteSource: Sendable {
  /// The file's name, for warnings.
  var place: String

  /// The text, as CommonMark.
  var markdown: String

  /// The position of the experiment that it is about; `nil` for one about the project.
  var experiment: Int?

  /// The way from the page that shows it to the site's folder: empty or `../`.
  var root: String

  /// A prefix for ids on the page, unique among its notes.
  var idPrefix: String
}

/// A note that is ready to be shown.
struct CompiledNote: Sendable {
  /// The markup.
  var html = ByteBuffer()

  /// What did not resolve.
  var problems: [Problem] = []

  /// Pictures that the note shows.
  var files: [SiteFile] = []
}
