#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import Synchronization

/// The copies of one store's objects: one local file of ``CacheRecord``s that several processes may
/// read and add to.
///
/// Records are added at the end. When half of the file is out of date it is written anew and
/// renamed into its place. Nothing is trusted whose checksum is wrong, and nothing is reported:
/// what the cache does not have, its user reads from the store.
final class CachePack: Sendable {
  private let storeName: String
  private let folder: CacheFolder
  private let path: String
  private let byteLimit: Int64

  /// Added, and not written yet.
  private let pending = Mutex<[Addition]>([])
  private let state = Mutex<State>(.closed)

  /// How many bytes wait at most before they are written.
  private static let pendingLimit = 8 << 20

  /// How many bytes may be out of date before the file is written anew, however small it is.
  private static let slack: Int64 = 1 << 20

  init(storeName: String, folder: String, byteLimit: Int64) {
    self.storeName = storeName
    self.folder = CacheFolder(path: folder)
    path = self.folder.file(for: storeName)
    self.byteLimit = byteLimit
  }

  private struct Addition: Sendable {
    var record: CacheRecord
    var content: [UInt8]
  }

  private enum State {
    case closed
    case open(Contents)
    /// There is no file yet, or none to trust.
    case empty
    /// It cannot be written, or must not be read.
    case unusable
  }

  /// What the file is known to hold.
  private struct Contents {
    let file: PackFile
    var places: [String: Place] = [:]

    /// The end of the last intact record.
    var end: Int64 = 0

    /// The size of the records that `places` names.
    var usedCount: Int64 = 0

    mutating func insert(_ record: CacheRecord, at offset: Int64) {
      remove(record.key)
      places[record.key] = Place(record: record, offset: offset)
      usedCount += record.size
    }

    mutating func remove(_ key: String) {
      if let old = places.removeValue(forKey: key) { usedCount -= old.record.size }
    }
  }

  private struct Place {
    var record: CacheRecord
    var offset: Int64
  }

  private final class PackFile: Sendable {
    let handle: FileHandle
    init(_ handle: consuming FileHandle) { self.handle = handle }
  }

  // MARK: - Reading

  /// Reads copies of `objects`.
  ///
  /// - Returns: the indices of those that it does not have.
  func readEach(
    _ objects: [StoredObject?], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int] {
    guard objects.contains(where: { $0 != nil }) else { return Array(objects.indices) }
    let (file, places) = await BlockingPool.run { [self] in self.places(of: objects) }
    guard let file else { return Array(objects.indices) }
    let found = places.indices.filter { places[$0] != nil }
    let work = ReadWork(count: found.count)
    let missing = Mutex(places.indices.filter { places[$0] == nil })
    await BlockingPool.forEach(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) { _ in
      var buffer = ReadBuffer()
      while let position = work.next() {
        let index = found[position]
        guard let place = places[index] else { continue }
        if !Self.read(file, place, &buffer, { body(index, $0) }) {
          missing.withLock { $0.append(index) }
        }
      }
    }
    return missing.withLock { $0.sorted() }
  }

  private func places(of objects: [StoredObject?]) -> (PackFile?, [Place?]) {
    state.withLock { state in
      open(&state)
      guard case .open(let contents) = state else { return (nil, []) }
      let places = objects.map { object -> Place? in
        guard let object, let place = contents.places[object.key],
          place.record.version == Self.version(of: object)
        else { return nil }
        return place
      }
      return (contents.file, places)
    }
  }

  private static func read(
    _ file: PackFile, _ place: Place, _ buffer: inout ReadBuffer, _ body: (Span<UInt8>) -> Void
  ) -> Bool {
    var isIntact = false
    try? buffer.read(
      file.handle, place.offset + Int64(place.record.headSize), Int(place.record.count)
    ) { bytes in
      var checksum = CRC32C()
      checksum.update(bytes)
      isIntact = bytes.count == place.record.count && checksum.value == place.record.checksum
      if isIntact { body(bytes) }
    }
    return isIntact
  }

  /// A version alone may come back, when a content does: with the time it does not.
  private static func version(of object: StoredObject) -> String {
    "\(object.version.mark) \(object.modified) \(object.byteCount)"
  }

  /// Opens the file where there is one to trust.
  private func open(_ state: inout State) {
    guard case .closed = state else { return }
    state = .unusable
    var status = stat()
    if unsafe lstat(path, &status) != 0 {
      if errno == ENOENT || errno == ENOTDIR { state = .empty }
      return
    }
    guard folder.isPrivate, status.st_mode & S_IFMT == S_IFREG, CacheFolder.isOwn(status),
      let handle = try? FileHandle(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK)
    else { return }
    folder.touch(path)
    let file = PackFile(handle)
    guard let first = Self.record(in: file, at: 0), first.key == storeName else {
      state = .empty
      return
    }
    var contents = Contents(file: file, end: first.size)
    Self.catchUp(&contents)
    state = .open(contents)
  }

  /// Learns of the records after those that are known.
  private static func catchUp(_ contents: inout Contents) {
    while let record = record(in: contents.file, at: contents.end) {
      contents.insert(record, at: contents.end)
      contents.end += record.size
    }
  }

  private static func record(in file: PackFile, at offset: Int64) -> CacheRecord? {
    let head = unsafe [UInt8](unsafeUninitializedCapacity: CacheRecord.headLimit) { buffer, count in
      let target = UnsafeMutableRawBufferPointer(buffer)
      count = unsafe (try? file.handle.read(into: target, at: offset)) ?? 0
    }
    guard let record = CacheRecord(head: head), let size = try? file.handle.status().st_size,
      offset + record.size <= size
    else { return nil }
    return record
  }

  // MARK: - Writing

  /// Keeps a copy of an object, as far as it is worth it.
  func add(_ object: StoredObject, _ content: Span<UInt8>) {
    let version = Self.version(of: object)
    guard content.count == object.byteCount,
      let record = CacheRecord(key: object.key, version: version, content: content)
    else { return }
    let bytes = unsafe content.withUnsafeBufferPointer { unsafe Array($0) }
    let isMuch = pending.withLock { pending in
      pending.append(Addition(record: record, content: bytes))
      return pending.reduce(0) { $0 + $1.record.size } > Self.pendingLimit
    }
    if isMuch { flush() }
  }

  /// Forgets the copies of objects that are gone.
  func forget(below prefix: String, except present: [StoredObject]) {
    state.withLock { state in
      open(&state)
      guard case .open(var contents) = state else { return }
      let keys = Set(present.map(\.key))
      state = .empty
      for key in contents.places.keys
      where key.utf8.starts(with: prefix.utf8) && !keys.contains(key) {
        contents.remove(key)
      }
      state = .open(contents)
    }
  }

  /// Writes what was added.
  func flush() {
    let additions = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    if additions.isEmpty { return }
    state.withLock { state in
      open(&state)
      do throws(POSIXError) {
        try write(additions, to: &state)
      } catch {
        state = .unusable
      }
    }
  }

  private func write(_ additions: [Addition], to state: inout State) throws(POSIXError) {
    switch state {
    case .closed, .unusable: return
    case .empty:
      state = .open(try makeFile(additions, keeping: nil))
    case .open(var contents):
      // While another process writes, which may be adding the same, nothing is kept.
      guard contents.file.handle.tryLock() else { return }
      let lockedFile = contents.file
      defer { lockedFile.handle.unlock() }
      if try contents.file.handle.status().st_nlink == 0 {
        // Another process has put a new file in its place.
        state = .closed
        open(&state)
        return
      }
      state = .unusable
      try append(additions, to: &contents)
      state = .open(contents)
    }
  }

  private func append(
    _ additions: [Addition], to contents: inout Contents
  ) throws(POSIXError) {
    Self.catchUp(&contents)
    let status = try contents.file.handle.status()
    let addedCount = additions.reduce(0) { $0 + $1.record.size }
    let isIntact = Int64(status.st_size) == contents.end
    let garbage = contents.end - contents.usedCount
    guard isIntact, contents.end + addedCount <= byteLimit,
      garbage <= contents.usedCount + Self.slack
    else {
      contents = try makeFile(additions, keeping: contents)
      return
    }
    try contents.file.handle.write(additions.flatMap { $0.record.head + $0.content })
    for addition in additions {
      contents.insert(addition.record, at: contents.end)
      contents.end += addition.record.size
    }
  }

  /// Writes a new file: what is still good of the old one, the newest first where there is too much,
  /// and `additions`.
  private func makeFile(
    _ additions: [Addition], keeping old: Contents?
  ) throws(POSIXError) -> Contents {
    try folder.prepare()
    let temporary = "\(path).\(UInt64.random(in: .min ... .max))"
    do throws(POSIXError) {
      let file = PackFile(
        try FileHandle(temporary, O_RDWR | O_APPEND | O_CREAT | O_EXCL, mode: 0o600))
      var contents = Contents(file: file)
      guard let first = CacheRecord(key: storeName, version: "", content: [UInt8]().span) else {
        throw POSIXError(number: ENAMETOOLONG)
      }
      try file.handle.write(first.head)
      contents.end = first.size
      for addition in additions where contents.end + addition.record.size <= byteLimit {
        try Self.append(addition.record, addition.content, to: &contents)
      }
      // Half of the limit, so that not every addition writes a new file.
      var buffer = ReadBuffer()
      for place in (old?.places.values.sorted { $0.offset > $1.offset } ?? [])
      where contents.places[place.record.key] == nil {
        guard let old, contents.end + place.record.size <= byteLimit / 2 else { break }
        var copy: [UInt8] = []
        let isIntact = Self.read(old.file, place, &buffer) { bytes in
          copy = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        }
        if isIntact { try Self.append(place.record, copy, to: &contents) }
      }
      try Platform.move(temporary, to: path)
      return contents
    } catch {
      unsafe unlink(temporary)
      throw error
    }
  }

  private static func append(
    _ record: CacheRecord, _ content: [UInt8], to contents: inout Contents
  ) throws(POSIXError) {
    try contents.file.handle.write(record.head + content)
    contents.insert(record, at: contents.end)
    contents.end += record.size
  }
}
