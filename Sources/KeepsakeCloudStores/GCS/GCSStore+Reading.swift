package import KeepsakeStores

extension GCSStore {
  package func object(at key: String) async throws(StoreError) -> StoredObject? {
    try await resource(at: key)?.object(key)
  }

  func resource(at key: String) async throws(StoreError) -> GCSResource? {
    let response = try await send(.read(key), accepting: [404]) { _ in
      HTTPRequest("GET", self.objectURL(key, [("fields", GCSResource.fields)]))
    }
    if response.status == 404 {
      if GCSErrorBody(response.body)?.saysNoBucket == true { throw missingBucket }
      return nil
    }
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
