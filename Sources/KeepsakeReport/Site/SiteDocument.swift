internal import Synchronization

/// A file that a site is written to as a whole.
struct SiteDocument {
  private let path: String

  /// Tells our files from others.
  private static let mark = #"<meta name="generator" content="keepsake report">"#

  /// Prepares to write `path`; refuses to replace a file that is no report.
  init(_ path: String) throws(ReportError) {
    self.path = path
    do {
      guard let old = try FileSystem.contents(of: path) else { return }
      guard old.prefix(2_000).firstRange(of: Self.mark.utf8) != nil else {
        throw ReportError(
          .foreignFolder, what: "cannot write a report to \(path)",
          why: "a file that is no report is there",
          fix: "Choose another name; only an earlier report is replaced.")
      }
    } catch let error as SystemError {
      throw .cannotWrite(path, error)
    } catch let error as ReportError {
      throw error
    } catch {
      preconditionFailure("no other errors: \(error)")
    }
  }

  /// Writes the file, unless it is there with this content.
  func write(_ bytes: [UInt8]) throws(ReportError) -> SiteTally {
    guard bytes.count <= SingleFile.byteLimit else {
      throw ReportError(
        .tooLarge, what: "cannot write a report to \(path)",
        why: """
          it would have \(bytes.count / 1_000_000) MB, and browsers open no more than \
          \(SingleFile.byteLimit / 1_000_000) MB with ease
          """,
        fix: "Choose fewer experiments with --filter or --details, or write a folder.")
    }
    do {
      let isThere = try FileSystem.has(bytes, at: path)
      if !isThere {
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
          try FileSystem.makeFolder(String(path[..<slash]))
        }
        try FileSystem.write(bytes, to: path)
      }
      return SiteTally(
        fileCount: 1, writtenCount: isThere ? 0 : 1, deletedCount: 0, byteCount: bytes.count)
    } catch {
      throw .cannotWrite(path, error)
    }
  }
}

/// The files of a site in memory.
final class SiteMemory: SiteDestination {
  private let list = Mutex<[SiteFile]>([])

  /// What was written, in no particular order.
  var files: [SiteFile] { list.withLock { $0 } }

  func write(_ file: SiteFile) { list.withLock { $0.append(file) } }
}
