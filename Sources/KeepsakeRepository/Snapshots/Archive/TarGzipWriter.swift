internal import Dispatch
package import KeepsakeModel
internal import Synchronization

/// Writes the files of a snapshot as `<id>.tar.gz`.
///
/// One gzip member, whose blocks of 1 MiB are compressed on all cores, each by itself and at the
/// fastest level; a block that hardly becomes smaller is stored as it is. Equal files give equal
/// bytes, whatever the number of cores. Needs about 2 MiB of memory per core.
package enum TarGzipWriter {
  /// What was written.
  package struct Result: Sendable, Hashable {
    /// Every file, with its digest.
    package var index: FileIndex

    /// The size of the archive.
    package var byteCount: Int64
  }

  static let blockByteCount = 1 << 20

  /// Writes the archive of `snapshot` to the file `path`, replacing that.
  ///
  /// Blocks; `threadCount` is that of the cores unless given. On an error no file is left.
  package static func write(
    _ snapshot: StagedSnapshot, to path: String, threadCount: Int? = nil
  ) throws(SnapshotError) -> Result {
    let pipeline: ArchivePipeline
    do {
      pipeline = ArchivePipeline(
        TarStream(snapshot), output: try FileDescriptor(path: path, .replace), path: path)
    } catch {
      throw SnapshotError(error, what: "cannot make the archive \(path)")
    }
    let blocks = snapshot.byteCount / Int64(blockByteCount) + 1
    let threads = min(threadCount ?? ArchivePipeline.coreCount, Int(min(blocks, 1024)))
    DispatchQueue.concurrentPerform(iterations: max(threads, 1)) { _ in pipeline.work() }
    do {
      return try pipeline.finish()
    } catch {
      FileSystem.removeFile(path)
      throw error
    }
  }
}
