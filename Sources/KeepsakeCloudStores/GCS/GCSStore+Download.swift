package import KeepsakeStores
internal import Synchronization

extension GCSStore {
  package func localFile(of key: String) async throws(StoreError) -> LocalFile {
    let path = try ScratchFolder.newFile(in: options.scratchFolder)
    let file = try TransferFile(creating: path)
    do throws(StoreError) {
      var attempt = 0
      // What is replaced meanwhile, or arrives damaged, is fetched again from its beginning.
      while !(try await fetch(key, into: file)) {
        attempt += 1
        guard attempt < 4 else {
          throw StoreError(
            .corrupt, what: "cannot read \(key)",
            why: "what arrives has another checksum than what is stored",
            fix: "Try again when no other program writes it.")
        }
      }
    } catch {
      file.remove()
      throw error
    }
    return LocalFile(path: path) { file.remove() }
  }

  /// Fetches an object in parts, several at a time.
  ///
  /// - Returns: whether the file is what is stored.
  private func fetch(_ key: String, into file: TransferFile) async throws(StoreError) -> Bool {
    guard let resource = try await resource(at: key) else {
      throw await error(.read(key), HTTPResponse(status: 404))
    }
    options.meter.begin(resource.byteCount)
    defer { options.meter.end() }
    let ranges = options.parts.ranges(of: resource.byteCount)
    let failure = Mutex<StoreError?>(nil)
    await forEachConcurrently(ranges, width: options.parts.width) { range in
      if failure.withLock({ $0 != nil }) { return }
      do throws(StoreError) {
        try await fetch(range, of: resource, key, into: file)
        options.meter.advance(Int64(range.count))
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let failure = failure.withLock({ $0 }) {
      // That version of it is gone; there may be another.
      if failure.code == .notFound { return false }
      throw failure
    }
    guard let checksum = resource.checksum else { return true }
    return try await Self.checksum(of: file, resource.byteCount) == checksum
  }

  private func fetch(
    _ range: Range<Int64>, of resource: GCSResource, _ key: String, into file: TransferFile
  ) async throws(StoreError) {
    let url = objectURL(key, [("alt", "media"), ("generation", resource.generation)])
    _ = try await send(
      .read(key), isIntact: { $0.byteCount == range.count },
      { _ in
        var headers = Self.asStored
        if range.count != resource.byteCount {
          headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        }
        return HTTPRequest(
          "GET", url, headers: headers,
          destination: .file(file, at: range.lowerBound, limit: Int64(range.count)),
          timeout: .seconds(900))
      })
  }
}
