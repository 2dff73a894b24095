extension TarGzipReader {
  /// What to bring back, and how much of it.
  package struct ExtractionOptions: Sendable {
    /// A file or a folder of the snapshot; `nil` for everything.
    package var path: String?

    /// How many bytes may be written; `nil` for nine tenths of what is free on the disk.
    package var byteLimit: Int64?

    /// How many files may be made.
    package var fileLimit = 10_000_000

    /// Everything, within the space that is free.
    package init(path: String? = nil, byteLimit: Int64? = nil) {
      self.path = path
      self.byteLimit = byteLimit
    }
  }

  /// What was brought back.
  package struct Extraction: Sendable, Hashable {
    /// How many files were written.
    package var fileCount = 0

    /// How many symbolic links were made.
    package var linkCount = 0

    /// How many bytes the files have.
    package var byteCount: Int64 = 0

    /// What was left out.
    package var refusals = Refusals()
  }

  /// Writes the files of the archive below `folder`, which is made when missing.
  ///
  /// Nothing outside `folder` is touched, whatever the archive or the folder holds: names are
  /// resolved one by one and never through a symbolic link. A file appears whole or not at all,
  /// and replaces a file or a link of its name. An entry that cannot be brought back, also because
  /// something is in its way, is refused and reported. A link is made only when it stays inside.
  ///
  /// Throws `.corrupt`, `.limitExceeded` and `.noSpace`; what was complete by then stays.
  /// `progress` is called after every file with the bytes so far.
  package func extract(
    to folder: String, options: ExtractionOptions = ExtractionOptions(),
    progress: (Int64) -> Void = { _ in }
  ) throws(SnapshotError) -> Extraction {
    let filter = try PathFilter(options.path)
    var extractor = try Extractor.open(folder, options)
    var extraction = Extraction()
    var refusals = Refusals()
    try forEachMember(refusals: &refusals) { member, reader, refusals throws(SnapshotError) in
      guard filter.includes(member.path) else { return true }
      if let reason = try extractor.restore(member, &reader, &extraction) {
        refusals.add(Array(member.path.joined(separator: [0x2F])), reason)
      } else {
        progress(extraction.byteCount)
      }
      return true
    }
    extraction.refusals = refusals
    return extraction
  }
}
