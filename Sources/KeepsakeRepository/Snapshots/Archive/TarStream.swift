internal import KeepsakeDigest
internal import KeepsakeModel

/// The bytes of a tar file of staged files, made piece by piece, and the digests of those files.
struct TarStream: ~Copyable {
  private let snapshot: StagedSnapshot
  private let top: String
  private var nextFile = 0
  private var pack: FileDescriptor?
  private var large: FileDescriptor?
  /// Headers and zeros that come before anything else.
  private var pending: [UInt8] = []
  private var pendingStart = 0
  /// Where the rest of the current file starts in its descriptor, and how long it is.
  private var offset: Int64 = 0
  private var left: Int64 = 0
  private var hasher = SHA256Hasher()
  private var isEnded = false
  private(set) var files: [SnapshotFile] = []

  init(_ snapshot: StagedSnapshot) {
    self.snapshot = snapshot
    top = snapshot.id.description
    files.reserveCapacity(snapshot.files.count)
  }

  /// Fills `block` with what comes next and returns how many bytes that is; 0 at the end.
  mutating func fill(_ block: inout [UInt8]) throws(SnapshotError) -> Int {
    var count = 0
    while count < block.count {
      if pendingStart < pending.count {
        let part = min(pending.count - pendingStart, block.count - count)
        block.replaceSubrange(
          count..<(count + part), with: pending[pendingStart..<(pendingStart + part)])
        pendingStart += part
        count += part
      } else if left > 0 {
        let part = try read(into: &block, at: count)
        count += part
        if left == 0 { endFile() }
      } else if nextFile < snapshot.files.count {
        try startFile(snapshot.files[nextFile])
        nextFile += 1
      } else if !isEnded {
        isEnded = true
        put([UInt8](repeating: 0, count: 2 * TarFormat.blockByteCount))
      } else {
        break
      }
    }
    return count
  }

  private mutating func put(_ bytes: [UInt8]) {
    pending = bytes
    pendingStart = 0
  }

  private mutating func startFile(_ file: StagedFile) throws(SnapshotError) {
    let header = TarHeader(
      name: "\(top)/\(file.path)", byteCount: file.byteCount, mode: file.mode,
      modified: file.modified, linkTarget: file.linkTarget)
    put(header.blocks())
    hasher = SHA256Hasher()
    left = file.byteCount
    do {
      switch file.content {
      case .pack(let start):
        if pack == nil { pack = try FileDescriptor(path: snapshot.pack, .read) }
        offset = start
      case .file(let number):
        large = try FileDescriptor(path: snapshot.path(of: number), .read)
        large?.adviseSequential()
        offset = 0
      case .link: break
      }
    } catch {
      throw SnapshotError(error, what: "cannot read the staged copy of \(file.path)")
    }
    files.append(
      SnapshotFile(
        path: file.path, byteCount: file.byteCount, mode: file.mode,
        digest: file.linkTarget == nil && left == 0 ? hasher.finalize() : nil,
        linkTarget: file.linkTarget))
  }

  private mutating func read(into block: inout [UInt8], at start: Int) throws(SnapshotError) -> Int
  {
    let file = snapshot.files[nextFile - 1]
    let wanted = Int(min(left, Int64(block.count - start)))
    var count: Int? = 0
    do {
      if case .pack = file.content {
        count = try pack?.read(into: &block, at: start, count: wanted, offset: offset)
      } else {
        count = try large?.read(into: &block, at: start, count: wanted, offset: offset)
      }
    } catch {
      throw SnapshotError(error, what: "cannot read the staged copy of \(file.path)")
    }
    guard let count, count > 0 else {
      throw SnapshotError(
        .corrupt, what: "cannot read the staged copy of \(file.path)",
        why: "it became shorter after it was made", fix: "Leave the staging folder alone.")
    }
    hasher.update(block, start..<(start + count))
    offset += Int64(count)
    left -= Int64(count)
    return count
  }

  private mutating func endFile() {
    let byteCount = files[files.count - 1].byteCount
    files[files.count - 1].digest = hasher.finalize()
    large = nil
    put([UInt8](repeating: 0, count: TarFormat.padding(after: byteCount)))
  }
}
