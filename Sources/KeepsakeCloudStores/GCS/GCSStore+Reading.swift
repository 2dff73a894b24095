package import KeepsakeStores
internal import Synchronization

extension GCSStore {
  package func object(at key: String) async throws(StoreError) -> StoredObject? {
    try await resource(at: key)?.object(key)
  }

  func resource(at key: String) async throws(StoreError) -> GCSResource? {
    let response = try await send(.read(key), accepting: [404]) { _ in
      HTTPRequest("GET", self.objectURL(key, [("fields", GCSResource.fields)]))
    }
    if response.status == 404 { return nil }
    guard let resource = GCSResource(response.body) else { throw unreadable(.read(key)) }
    return resource
  }

  package func contents(of key: String) async throws(StoreError) -> [UInt8] {
    try await send(
      .read(key),
      isIntact: { response in
        guard let checksum = Self.checksum(in: response.headers) else { return true }
        return CRC32C(of: response.body).base64 == checksum
      },
      { _ in HTTPRequest("GET", self.objectURL(key, [("alt", "media")]), headers: Self.asStored) }
    ).body
  }

  package func contents(of key: String, range: Range<Int64>) async throws(StoreError) -> [UInt8] {
    // What is empty cannot be asked for.
    if range.isEmpty { return [] }
    let response = try await send(.read(key), accepting: [416]) { _ in
      var headers = Self.asStored
      headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
      return HTTPRequest("GET", self.objectURL(key, [("alt", "media")]), headers: headers)
    }
    switch response.status {
    case 416: return []
    case 206: return response.body
    default:
      // All of it came.
      let count = Int64(response.body.count)
      return Array(
        response.body[Int(min(range.lowerBound, count))..<Int(min(range.upperBound, count))])
    }
  }

  package func readEach(
    _ keys: [String], _ body: @escaping @Sendable (Int, Span<UInt8>) -> Void
  ) async -> [Int: StoreError] {
    let failures = Mutex<[Int: StoreError]>([:])
    await forEachConcurrently(keys.indices, width: Self.readersAtOnce) { index in
      do throws(StoreError) {
        let bytes = try await contents(of: keys[index])
        body(index, bytes.span)
      } catch {
        failures.withLock { $0[index] = error }
      }
    }
    return failures.withLock { $0 }
  }

  /// How many objects are read at the same time.
  private static let readersAtOnce = 64

  /// Asks for content as it is stored, so that its checksum holds: what others stored compressed
  /// would be unpacked.
  static let asStored: HTTPHeaders = ["Accept-Encoding": "gzip"]

  /// The CRC-32C that the server states: `x-goog-hash: crc32c=…,md5=…`.
  static func checksum(in headers: HTTPHeaders) -> String? {
    for field in headers.fields where field.name.lowercased() == "x-goog-hash" {
      for part in field.value.split(separator: ",") {
        let text = part.drop { $0 == " " }
        if text.hasPrefix("crc32c=") { return String(text.dropFirst(7)) }
      }
    }
    return nil
  }
}
