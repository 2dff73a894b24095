internal import KeepsakeModel

/// The files that several experiments saved at their start, beside each other.
struct ComparedFiles: Sendable {
  /// At most so many files are listed.
  private static let rowLimit = 50

  /// Of at most so many pairs of versions the lines are compared.
  private static let diffLimit = 10

  /// A file that is not the same in all lists.
  struct Row: Sendable {
    let path: String
    /// The file of each experiment; `nil` where it has none.
    let files: [SnapshotFile?]
    /// Which version each is, counted from 0: equal numbers have equal content.
    let versions: [Int?]
  }

  /// Whether each experiment saved files, and the list of them where one is at hand.
  private let experiments: [(hasFiles: Bool, list: FileIndex?)]

  /// The files that differ or that some lack, by path.
  let rows: [Row]

  /// How many files are the same in all lists.
  let sameCount: Int

  /// How the lines of the first of them changed.
  private(set) var diffs: [(versions: (old: Int, new: Int), diff: FileDiff)] = []

  init(_ experiments: [(hasFiles: Bool, list: FileIndex?)]) {
    self.experiments = experiments
    let known = experiments.compactMap(\.list)
    guard let first = known.first, known.contains(where: { $0 != first }) else {
      (rows, sameCount) = ([], known.first?.files.count ?? 0)
      return
    }
    let lists = experiments.map { experiment in
      experiment.list.map { list in
        Dictionary(list.files.map { ($0.path, $0) }) { first, _ in first }
      }
    }
    var (rows, sameCount) = ([Row](), 0)
    let paths = Set(known.lazy.flatMap { $0.files.lazy.map(\.path) })
    for path in paths.sorted(by: { $0.utf8Precedes($1) }) {
      var contents: [SnapshotFile] = []
      let files = lists.map { $0?[path] }
      let versions = files.map { file -> Int? in
        guard let file else { return nil }
        if let version = contents.firstIndex(where: file.hasContent) { return version }
        contents.append(file)
        return contents.count - 1
      }
      if contents.count == 1, zip(lists, files).allSatisfy({ $0 == nil || $1 != nil }) {
        sameCount += 1
      } else {
        rows.append(Row(path: path, files: files, versions: versions))
      }
    }
    (self.rows, self.sameCount) = (rows, sameCount)
  }

  /// Reads the lists of files that experiments saved at their start, and how their lines differ.
  static func load(
    _ experiments: [Experiment], from source: any SnapshotSource
  ) async throws -> ComparedFiles {
    let lists = ResultList<FileIndex?>(repeating: nil, count: experiments.count)
    try await forEachInParallel(experiments.count, width: source.width) { place in
      guard experiments[place].hasSnapshot else { return }
      lists.set(await source.index(of: .experiment(experiments[place].id)), at: place)
    }
    var files = ComparedFiles(zip(experiments.map(\.hasSnapshot), lists.values).map { ($0, $1) })
    await files.loadDiffs(of: experiments.map(\.id), from: source)
    return files
  }

  /// Reads how the lines of text files differ from the first version of each.
  private mutating func loadDiffs(of ids: [ExperimentID], from source: any SnapshotSource) async {
    for row in rows.prefix(Self.rowLimit) {
      guard let old = row.versions.firstIndex(of: 0) else { continue }
      for version in 1..<max(1, (row.versions.lazy.compactMap { $0 }.max() ?? 0) + 1) {
        guard diffs.count < Self.diffLimit else { return }
        guard let new = row.versions.firstIndex(of: version),
          [old, new].allSatisfy({ row.files[$0].map(FileDiff.mayRead) ?? false }),
          let diff = await FileDiff.load(row.path, from: ids[old], to: ids[new], in: source)
        else { continue }
        diffs.append(((0, version), diff))
      }
    }
  }

  /// Appends the part of a table that lists them; returns how many of its rows are the same.
  func appendRows(to buffer: inout ByteBuffer) -> Int {
    guard experiments.contains(where: \.hasFiles) else { return 0 }
    let totals = experiments.map(Self.totalCell)
    let isSame = rows.isEmpty && totals.allSatisfy { $0 == totals[0] }
    buffer.append(isSame ? "<tbody class=\"same\">\n" : "<tbody>\n")
    buffer.append("<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"")
    buffer.append(experiments.count + 1)
    buffer.append("\">Files saved at the start</th></tr>\n")
    buffer.append(isSame ? "<tr class=\"same\">" : "<tr>")
    buffer.append("<th scope=\"row\">all files</th>")
    for total in totals { buffer.append(markup: total) }
    buffer.append("</tr>\n")
    for row in rows.prefix(Self.rowLimit) { append(row, to: &buffer) }
    if rows.count > Self.rowLimit {
      buffer.append("<tr><th scope=\"row\">and ")
      buffer.append(grouped: rows.count - Self.rowLimit)
      buffer.append(" more</th><td class=\"none\" colspan=\"")
      buffer.append(experiments.count)
      buffer.append("\"></td></tr>\n")
    }
    buffer.append("</tbody>\n")
    return isSame ? 1 : 0
  }

  /// Appends what the letters mean; it would be cut as a heading in a table that is wider than the
  /// window.
  func appendLegend(to buffer: inout ByteBuffer) {
    guard !rows.isEmpty else { return }
    buffer.append("<p class=\"quiet\">Of the files saved at the start ")
    buffer.append(grouped: rows.count)
    buffer.append(rows.count == 1 ? " differs, " : " differ, ")
    buffer.append(grouped: sameCount)
    buffer.append(sameCount == 1 ? " is the same" : " are the same")
    buffer.append("; in a row, equal letters are equal content.</p>\n")
  }

  private static func totalCell(_ experiment: (hasFiles: Bool, list: FileIndex?)) -> [UInt8] {
    var cell = ByteBuffer()
    if let list = experiment.list {
      cell.append("<td class=\"text\">")
      cell.append(list.files.count, noun: "file", plural: "files")
      cell.append(", ")
      cell.append(byteCount: list.byteCount)
      cell.append("</td>")
    } else {
      cell.append("<td class=\"none\">")
      cell.append(experiment.hasFiles ? "list not at hand</td>" : "none saved</td>")
    }
    return cell.bytes
  }

  private func append(_ row: Row, to buffer: inout ByteBuffer) {
    buffer.append("<tr><th scope=\"row\"><code>")
    buffer.append(text: row.path)
    buffer.append("</code></th>")
    for (file, version) in zip(row.files, row.versions) {
      guard let file, let version else {
        buffer.append("<td class=\"none\">–</td>")
        continue
      }
      buffer.append("<td class=\"text\"><b>")
      buffer.append(markup: Self.letters(version))
      buffer.append("</b> ")
      if let target = file.linkTarget {
        buffer.append("→ ")
        buffer.append(text: target, width: 32)
      } else {
        if let digest = file.digest {
          buffer.append("<code>")
          buffer.append(markup: String(digest.hex.prefix(7)))
          buffer.append("</code> ")
        }
        buffer.append(byteCount: file.byteCount)
      }
      buffer.append("</td>")
    }
    buffer.append("</tr>\n")
  }

  /// Appends the changed lines, folded.
  func appendDiffs(to buffer: inout ByteBuffer) {
    for (versions, diff) in diffs {
      diff.append(
        label: "\(Self.letters(versions.old)) → \(Self.letters(versions.new))", to: &buffer)
    }
  }

  /// `A` to `Z`, then `AA`.
  private static func letters(_ version: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(version % 26)))
    return version < 26 ? letter : letters(version / 26 - 1) + letter
  }
}
