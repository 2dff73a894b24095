package import KeepsakeStores
internal import Synchronization

extension GCSStore {
  package func fetch(
    _ key: String, into file: TransferFile
  ) async throws(StoreError) -> FetchOutcome {
    guard let resource = try await resource(at: key) else {
      throw await error(.read(key), HTTPResponse(status: 404))
    }
    options.meter.begin(resource.byteCount)
    defer { options.meter.end() }
    let ranges = options.parts.ranges(of: resource.byteCount)
    let checksums = Mutex<[Int: CRC32C]>([:])
    do throws(StoreError) {
      try await options.meter.transfer(ranges, width: options.parts.width) {
        (index) throws(StoreError) in
        let checksum = try await fetch(ranges[index], of: resource, key, into: file)
        checksums.withLock { $0[index] = checksum }
      }
    } catch {
      // That version of it is gone; there may be another.
      if error.code == .notFound { return .replaced }
      throw error
    }
    guard let expected = resource.checksum else { return .whole }
    // The parts were summed as they came: the server knows the checksum of the whole only.
    let whole = checksums.withLock { parts in
      ranges.indices.reduce(into: CRC32C()) { whole, index in
        whole.append(parts[index] ?? CRC32C(), byteCount: Int64(ranges[index].count))
      }
    }
    return whole.base64 == expected ? .whole : .damaged
  }

  private func fetch(
    _ range: Range<Int64>, of resource: GCSResource, _ key: String, into file: TransferFile
  ) async throws(StoreError) -> CRC32C? {
    let url = objectURL(key, [("alt", "media"), ("generation", resource.generation)])
    let response = try await send(
      .read(key), isIntact: { $0.byteCount == range.count },
      { _ in
        var headers = Self.asStored
        if range.count != resource.byteCount {
          headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        }
        return HTTPRequest(
          "GET", url, headers: headers,
          destination: .file(
            file, at: range.lowerBound, limit: Int64(range.count), isSummed: true),
          timeout: .seconds(900))
      })
    return response.checksum
  }
}
