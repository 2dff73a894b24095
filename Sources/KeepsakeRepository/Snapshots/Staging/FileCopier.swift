/// Copies files into the folder of one snapshot.
struct FileCopier: ~Copyable {
  static let packName = "pack"

  /// Up to this size, a file costs less as a part of the pack than as a file of its own.
  static let packedByteCount: Int64 = 256 << 10

  private let place: String
  private let project: String
  private let pack: FileDescriptor
  private var packEnd: Int64 = 0
  private var largeCount: Int64 = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)
  private(set) var files: [StagedFile] = []
  private(set) var skipped: [SkippedFile] = []

  init(place: String, project: String) throws(SystemError) {
    self.place = place
    self.project = project
    pack = try FileDescriptor(path: "\(place)/\(Self.packName)", .create)
  }

  /// Copies one file. Throws what goes wrong with the copy; what is wrong with the original is
  /// noted in `skipped`.
  mutating func copy(_ file: WalkedFile) throws(SystemError) {
    if let target = file.linkTarget {
      return add(file, byteCount: 0, .link(target))
    }
    guard let source = open(file) else { return }
    guard let status = try? source.status(), status.kind == .regular else {
      return skip(file, "is no file any more")
    }
    var current = file
    current.mode = status.mode
    current.modified = status.modified
    if status.byteCount <= Self.packedByteCount {
      try copySmall(current, source, Int(status.byteCount))
    } else {
      try copyLarge(current, source, status)
    }
  }

  private mutating func open(_ file: WalkedFile) -> FileDescriptor? {
    do {
      return try FileDescriptor(
        path: "\(project)/\(file.path)", .read, followsLink: file.followsLink)
    } catch {
      if error == .tooManyLinks {
        skip(file, "became a symbolic link meanwhile")
      } else {
        skip(file, error.isMissing ? "vanished meanwhile" : "cannot be opened: \(error.message)")
      }
      return nil
    }
  }

  private mutating func copySmall(
    _ file: WalkedFile, _ source: borrowing FileDescriptor, _ byteCount: Int
  ) throws(SystemError) {
    var count = 0
    do {
      while count < byteCount {
        let read = try source.read(into: &buffer, at: count, count: byteCount - count)
        if read == 0 { break }
        count += read
      }
    } catch {
      return skip(file, "cannot be read: \(error.message)")
    }
    try pack.write(buffer, 0..<count)
    add(file, byteCount: Int64(count), .pack(offset: packEnd))
    packEnd += Int64(count)
    if count < byteCount { noteShorter(file) }
  }

  private mutating func copyLarge(
    _ file: WalkedFile, _ source: borrowing FileDescriptor, _ status: FileStatus
  ) throws(SystemError) {
    largeCount += 1
    let content = StagedFile.Content.file(largeCount)
    let copy = try FileDescriptor(path: "\(place)/\(largeCount)", .create)
    if copy.clone(source) {
      return add(file, byteCount: try copy.status().byteCount, content)
    }
    var end: Int64 = 0
    var isComplete = true
    if status.allocatedByteCount < status.byteCount - (1 << 20) {
      while isComplete, let data = source.nextData(from: end), data.lowerBound < status.byteCount {
        let range = data.clamped(to: 0..<status.byteCount)
        guard let copied = try copyRange(range, source, to: copy, file) else { return }
        end = range.lowerBound + copied
        isComplete = copied == range.upperBound - range.lowerBound
      }
      if isComplete {
        end = status.byteCount
        try copy.truncate(end)
      }
    } else {
      guard let copied = try copyRange(0..<status.byteCount, source, to: copy, file) else { return }
      end = copied
      isComplete = end == status.byteCount
    }
    add(file, byteCount: end, content)
    if !isComplete { noteShorter(file) }
  }

  /// Copies `range` to the same place of `copy`: how many bytes there were, `nil` when `file` could
  /// not be read and was skipped.
  private mutating func copyRange(
    _ range: Range<Int64>, _ source: borrowing FileDescriptor, to copy: borrowing FileDescriptor,
    _ file: WalkedFile
  ) throws(SystemError) -> Int64? {
    try copy.move(to: range.lowerBound)
    var position = range.lowerBound
    var isInKernel = true
    while position < range.upperBound {
      let left = range.upperBound - position
      if isInKernel {
        guard
          let copied = try copy.copyInKernel(
            source, offset: position, count: Int(min(left, 1 << 30)))
        else {
          isInKernel = false
          continue
        }
        if copied == 0 { break }
        position += Int64(copied)
      } else {
        let count: Int
        do {
          count = try source.read(
            into: &buffer, at: 0, count: Int(min(left, Int64(buffer.count))), offset: position)
        } catch {
          skip(file, "cannot be read: \(error.message)")
          return nil
        }
        if count == 0 { break }
        try copy.write(buffer, 0..<count)
        position += Int64(count)
      }
    }
    return position - range.lowerBound
  }

  private mutating func add(_ file: WalkedFile, byteCount: Int64, _ content: StagedFile.Content) {
    files.append(
      StagedFile(
        path: file.path, byteCount: byteCount, mode: file.mode, modified: file.modified,
        content: content))
  }

  private mutating func skip(_ file: WalkedFile, _ reason: String) {
    skipped.append(SkippedFile(name: readableName(file.path.utf8), reason: reason))
  }

  private mutating func noteShorter(_ file: WalkedFile) {
    skip(file, "became shorter while it was copied; what was left of it is kept")
  }
}
