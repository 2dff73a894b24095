internal import KeepsakeJSON
package import KeepsakeStores

extension GCSStore {
  package func put(
    _ bytes: [UInt8], at key: String, if condition: PutCondition, durability: Durability
  ) async throws(StoreError) -> StoredObject {
    try check(key: key)
    let checksum = CRC32C(of: bytes).base64
    // Metadata and content in one request: the server refuses content that arrives damaged.
    let boundary = "keepsake-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let metadata = description(of: key, checksum: checksum)
    let body =
      Array("--\(boundary)\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n".utf8)
      + metadata
      + Array("\r\n--\(boundary)\r\nContent-Type: application/octet-stream\r\n\r\n".utf8)
      + bytes + Array("\r\n--\(boundary)--\r\n".utf8)
    let url = uploadURL(
      key, [("uploadType", "multipart"), ("fields", GCSResource.fields)] + Self.query(condition))
    let (response, mayHaveHappened) = try await answer(
      .write(key), accepting: [404, 412],
      isIntact: { response in
        guard let resource = GCSResource(response.body) else { return true }
        return resource.checksum == nil || resource.checksum == checksum
      },
      { _ in
        HTTPRequest(
          "POST", url, headers: ["Content-Type": "multipart/related; boundary=\(boundary)"],
          body: .bytes(body))
      })
    switch response.status {
    // A version was expected of an object that is gone, or the bucket is.
    case 404:
      if case .version = condition, try await bucketExists() {
        throw await error(.write(key), HTTPResponse(status: 412))
      }
      throw missingBucket
    case 412:
      // The answer to an earlier try may have been lost.
      if mayHaveHappened, let present = try await resource(at: key),
        present.byteCount == bytes.count, present.checksum == checksum
      {
        return present.object(key)
      }
      throw await error(.write(key), response)
    default:
      guard let resource = GCSResource(response.body) else { throw unreadable(.write(key)) }
      return resource.object(key)
    }
  }

  package func remove(_ key: String) async throws(StoreError) {
    spool?.discard(key)
    _ = try await send(.remove(key), accepting: [404]) { _ in
      HTTPRequest("DELETE", self.objectURL(key, []))
    }
  }

  private func bucketExists() async throws(StoreError) -> Bool {
    do throws(StoreError) {
      _ = try await objects(below: "repository.json")
      return true
    } catch {
      guard error.code == .noBucket else { throw error }
      return false
    }
  }

  package func check(key: String) throws(StoreError) {
    // Cloud Storage allows 1024 bytes, and no line breaks.
    guard isValidKey(key), (root + key).utf8.count <= 1024,
      !key.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D })
    else {
      throw StoreError(
        .invalid, what: "cannot write \(key)", why: "it is not a valid key", fix: "Use another.")
    }
  }

  /// What is stored with the content of an object, as JSON.
  func description(of key: String, checksum: String) -> [UInt8] {
    var writer = JSONWriter(indented: false)
    writer.object { writer in
      for (name, value) in [
        ("name", root + key), ("crc32c", checksum), ("contentType", "application/octet-stream"),
        // Objects that anyone may read would be served from caches for an hour.
        ("cacheControl", "no-cache"),
      ] {
        writer.name(name)
        writer.string(value)
      }
    }
    return writer.bytes
  }

  static func query(_ condition: PutCondition) -> [(String, String)] {
    switch condition {
    case .always: []
    case .absent: [("ifGenerationMatch", "0")]
    case .version(let version): [("ifGenerationMatch", version.mark)]
    }
  }
}
